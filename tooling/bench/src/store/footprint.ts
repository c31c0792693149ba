import { execFile } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type Row, rateRow } from '../row.ts'

const run = promisify(execFile)
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What an open store costs the program around it, measured in fresh processes. */
export async function footprint(folder: string): Promise<readonly Row[]> {
  const entry = await build(folder)
  const busy = await run(process.execPath, [here('./busy.ts'), join(folder, 'busy.db')])
  const resident = await run(process.execPath, [here('./resident.mjs'), entry, join(folder, 'resident.db')])
  return [
    rateRow('store', 'event-loop delay p99, c200', 'ms', Number(busy.stdout), {}),
    rateRow('store', 'resident memory, open store', 'MB', Number(resident.stdout), {}),
  ]
}

/** Builds the package as it is published into the folder; resolves to the URL of its entry for SQLite. */
async function build(folder: string): Promise<string> {
  const source = dirname(fileURLToPath(import.meta.resolve('@pawl/state-store/package.json')))
  const dist = join(folder, 'dist')
  await symlink(join(source, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const options = ['-p', source, '--outDir', dist, '--tsBuildInfoFile', join(folder, 'build.json')]
  await run('tsc', options, { shell: process.platform === 'win32' })
  return pathToFileURL(join(dist, 'sqlite', 'index.js')).href
}
