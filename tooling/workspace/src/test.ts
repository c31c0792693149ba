// `npm test`: the tests of every package, from turbo's cache where nothing has changed, and their sum.

import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { closingLine, tallyOf, type VitestReport } from './test-report.ts'
import { root, workspacePackages } from './workspace.ts'

const reportFile = '.turbo/test-report.json'
// turbo hides the terminal from the tests, and keeps their colours in its cache with the rest of their output.
const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }
const userArgs = process.argv.slice(2)
const tested = workspacePackages().filter(({ manifest }) => manifest.scripts?.test)

for (const { folder } of tested) rmSync(join(folder, reportFile), { force: true })
const code = await turbo()
const reports = tested.map(({ folder }) => ({ folder, report: readReport(folder) }))
for (const { folder, report } of reports) {
  if (!report)
    console.log(`${relative(root, folder)} ended before it could report its tests; its output is above.`)
}
const tallies = reports.map(({ report }) => tallyOf(report))
console.log(closingLine(tallies))
process.exitCode = code !== 0 || tallies.some(({ failed }) => failed > 0) ? 1 : 0

/** Runs every package's `test` script with its output in this terminal; resolves to turbo's exit code. */
function turbo(): Promise<number> {
  const vitest = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...userArgs]
  // A filter for one package's tests matches nothing in the others, and that is no failure.
  if (userArgs.length > 0) vitest.push('--passWithNoTests')
  const args = ['run', 'test', '--continue', '--concurrency=2', '--ui=stream', '--', ...vitest]
  return new Promise((resolve, reject) => {
    const child = spawn('turbo', args, {
      cwd: root,
      env: { ...process.env, ...colours, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    // Ctrl-C reaches turbo by itself; what is left here is to wait for its end and to sum up.
    process.on('SIGINT', () => {})
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    child.once('error', reject)
    child.once('exit', (exitCode) => resolve(exitCode ?? 1))
  })
}

function readReport(folder: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, reportFile), 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}
