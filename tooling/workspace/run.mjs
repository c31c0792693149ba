// The entry of every root script: `npm run demo`, `npm test`, `npm run check` and so on come here.
//
// This one file is written so that a Node from years ago can still read it and say what is wrong.

const oldest = 20
const major = Number(process.versions.node.split('.')[0])

if (major < oldest) {
  process.stderr.write(
    `This workspace needs Node ${oldest} or newer to start; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a current Node from https://nodejs.org and run the same command again.\n',
  )
  process.exitCode = 1
} else {
  void import('./bootstrap/start.mjs').then((bootstrap) => bootstrap.start(process.argv.slice(2)))
}
