import { chmod, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A file's content by its path; parent directories are made. */
export type TreeFiles = Readonly<Record<string, string | Uint8Array>>

/** A temporary directory that holds `files`, all of mode 0600 below directories of 0700. */
export async function makeTree(files: TreeFiles): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'pawl-audit-'))
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(root, path)
    await mkdir(dirname(absolute), { recursive: true, mode: 0o700 })
    await writeFile(absolute, content, { mode: 0o600 })
  }
  return root
}

/** Removes what {@link makeTree} made. */
export async function removeTree(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true })
}

/** Made when the test runs, so that no file of this repository holds anything that looks like a credential. */
export const planted = {
  keyId: ['AK', 'IA', 'Q7RSTUVW', '2XYZABCD'].join(''),
  secret: ['q1w2e3r4t5', 'Y6u7I8o9P0', 'a1S2d3F4g5', 'H6j7K8l9Z0'].join(''),
  privateKey: ['-----BEGIN RSA PRI', 'VATE KEY-----\nAAAA\n-----END RSA PRI', 'VATE KEY-----\n'].join(''),
}

async function writeSparse(path: string, bytes: number): Promise<void> {
  const handle = await open(path, 'w', 0o600)
  await handle.truncate(bytes)
  await handle.close()
}

/** The lines and names that the tests look for. */
export const plantedAt = {
  env: { file: '.env', keyIdLine: 2, secretLine: 3 },
  evil: { file: 'src/run.js', line: 3 },
  newline: 'src/new\nline.js',
  bidi: 'src/a|`<img src=x>`\u202e.js',
  big: 'big.log',
  writable: 'notes.txt',
  writableIgnored: 'ignored/a.js',
}

const conflict = '{\n  "lockfileVersion": 3,\n<<<<<<< HEAD\n  "packages": {}\n}\n'

/** A tree with one of everything that an audit must find, skip or survive. */
export async function makeHostileTree(): Promise<string> {
  const root = await makeTree({
    '.env': `# settings\nAWS_ACCESS_KEY_ID=${planted.keyId}\nAWS_SECRET_ACCESS_KEY=${planted.secret}\n`,
    '.gitignore': 'ignored/\n*.tmp\n!kept.tmp\n',
    'src/run.js': "import { read } from './read.js'\nconst userInput = read()\neval(userInput)\n",
    'src/broken.ts': 'export const = 1\n',
    [plantedAt.newline]: 'eval(fromNewline)\n',
    [plantedAt.bidi]: 'eval(fromBidi)\n',
    'src/logo.png': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
    'ignored/a.js': 'eval(fromIgnored)\n',
    'kept.tmp': 'kept\n',
    'node_modules/x/index.js': 'eval(fromModule)\n',
    'dist/index.js': 'eval(fromDist)\n',
    '.git/hooks/x.js': 'eval(fromGit)\n',
    '.pawl/x.js': 'eval(fromPawl)\n',
    'package-lock.json': conflict,
    'notes.txt': 'hello\n',
    'bin/tool': '#!/bin/sh\n',
    'keys/id_rsa': planted.privateKey,
    'empty/.keep': '',
  })
  await symlink('..', join(root, 'src', 'loop'))
  await symlink('/etc/passwd', join(root, 'outside'))
  await writeSparse(join(root, plantedAt.big), 100 * 1024 * 1024)
  // chmod and not a creation mode, which the umask would cut.
  await chmod(join(root, plantedAt.writable), 0o666)
  await chmod(join(root, plantedAt.writableIgnored), 0o666)
  await chmod(join(root, 'bin', 'tool'), 0o4755)
  await chmod(join(root, '.env'), 0o644)
  await chmod(join(root, 'keys', 'id_rsa'), 0o640)
  return root
}
