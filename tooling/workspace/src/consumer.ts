import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { capture, succeed } from './command.ts'
import { driversAmong } from './import-rules.ts'
import type { PackedPackage } from './pack.ts'
import { readmeExample } from './readme-example.ts'
import { readManifest, root } from './workspace.ts'

const npmOptions = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--prefer-offline']

/** What a strict project of today has; `skipLibCheck` is off, because our own declarations are on trial. */
const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
}

/** An example runs on a reader's machine while they watch. */
const exampleTimeoutMs = 60_000

/**
 * Makes an empty project that has one package installed from its tarball, as a user would have it from the registry.
 *
 * The other packages of the workspace are there only if this one depends on them.
 *
 * @param folder Where; is created.
 */
export async function createConsumer(folder: string, packed: PackedPackage, all: readonly PackedPackage[]) {
  const others = all.filter(({ name }) => name !== packed.name)
  mkdirSync(folder, { recursive: true })
  writeJson(join(folder, 'package.json'), {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { [packed.name]: `file:${packed.tarball}` },
    devDependencies: {
      '@types/node': readManifest(join(root, 'node_modules/@types/node/package.json')).version,
    },
    overrides: Object.fromEntries(others.map(({ name, tarball }) => [name, `file:${tarball}`])),
  })
  await succeed('npm', ['install', ...npmOptions], { cwd: folder })
}

/** Type-checks the README's example and runs it. Resolves to what is wrong, or to nothing. */
export async function tryExample(folder: string, packed: PackedPackage): Promise<string | undefined> {
  const readme = join(packed.folder, 'README.md')
  if (!existsSync(readme)) return 'There is no README.md.'
  const code = readmeExample(readFileSync(readme, 'utf8'))
  if (code === undefined) return 'The README has no ```ts block.'
  writeFileSync(join(folder, 'example.ts'), code)
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions, files: ['example.ts'] })
  const types = await capture('tsc', ['-p', 'tsconfig.json'], { cwd: folder })
  if (!types.ok) return `The README's example does not compile:\n${types.output}`
  const run = await capture('node', ['example.ts'], { cwd: folder, timeoutMs: exampleTimeoutMs })
  return run.ok ? undefined : `The README's example does not run:\n${run.output}`
}

/** Imports the package's root and nothing else. Resolves to what is wrong, or to nothing. */
export async function tryRootImport(folder: string, packed: PackedPackage): Promise<string | undefined> {
  const record = join(folder, 'imports.json')
  const recorder = pathToFileURL(join(import.meta.dirname, 'record-imports.ts')).href
  writeFileSync(join(folder, 'root.mjs'), `import '${packed.name}'\n`)
  const env = { PAWL_RECORD_IMPORTS: record }
  const run = await capture('node', ['--import', recorder, 'root.mjs'], { cwd: folder, env })
  if (!run.ok) return `Importing ${packed.name} fails:\n${run.output}`
  if (run.output) return `Importing ${packed.name} prints:\n${run.output}`
  const drivers = driversAmong(JSON.parse(readFileSync(record, 'utf8')) as string[])
  return drivers.length === 0 ? undefined : `Importing ${packed.name} loads:\n${drivers.join('\n')}`
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
}
