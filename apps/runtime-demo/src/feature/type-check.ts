import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { citationSchema, cite } from '../citation/citation.ts'
import { counted } from '../report/counted.ts'
import { readText } from '../tree/read-text.ts'
import { resolveRoot } from '../tree/root.ts'
import { type Ending, runProgram } from './run-program.ts'

/** What a repository's own type check said. */
export const typeCheckSchema = z.object({
  status: z.enum(['passed', 'failed', 'timed-out', 'not-run']),
  /** As a person would type it; nothing if there was nothing to run. */
  command: z.string().nullable(),
  /** Why it was not run, or how it ended. */
  detail: z.string(),
  errors: z.number().int(),
  /** The first of them. */
  diagnostics: z.array(z.object({ message: z.string(), citation: citationSchema.nullable() })),
})

/** See {@link typeCheckSchema}. */
export type TypeCheck = z.infer<typeof typeCheckSchema>

interface Command {
  readonly shown: string
  readonly args: readonly string[]
}

const SCRIPTS = ['typecheck', 'type-check', 'check-types', 'check:types', 'types:check', 'tsc', 'ts-check']
const CONFIGS = ['tsconfig.check.json', 'tsconfig.typecheck.json', 'tsconfig.json']
const MAX_DIAGNOSTICS = 15
const MAX_CONFIG_BYTES = 1024 * 1024

const DIAGNOSTIC = /^(.+?)\((\d+),\d+\): error (TS\d+: .*)$/

const notRun = (detail: string): TypeCheck => ({
  status: 'not-run',
  command: null,
  detail,
  errors: 0,
  diagnostics: [],
})

/** A script of the package.json that says by its name that it checks types. */
async function scriptOf(root: string): Promise<Command | undefined> {
  const read = await readText(join(root, 'package.json'), MAX_CONFIG_BYTES)
  if (!read.ok) return undefined
  const known = z.object({ scripts: z.record(z.string(), z.unknown()).optional() })
  const parsed = known.safeParse(parsedJson(read.text))
  const name = SCRIPTS.find((script) => typeof parsed.data?.scripts?.[script] === 'string')
  return name === undefined ? undefined : { shown: `node --run ${name}`, args: ['--run', name] }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The compiler that is installed for the repository, as a path to its program. */
async function compilerOf(root: string): Promise<string | undefined> {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('typescript/package.json')
    const { bin } = parsedJson(await readFile(manifest, 'utf8')) as { bin?: { tsc?: string } }
    return bin?.tsc === undefined ? undefined : join(manifest, '..', bin.tsc)
  } catch {
    return undefined
  }
}

/** Nothing is written into the repository: not even what an incremental build remembers. */
async function compileCommand(root: string, scratch: string): Promise<Command | string> {
  const found = await Promise.all(CONFIGS.map((name) => readText(join(root, name), MAX_CONFIG_BYTES)))
  const index = found.findIndex(({ ok }) => ok)
  const config = found[index]
  if (config === undefined || !config.ok)
    return 'it has neither a tsconfig.json nor a script that checks types'
  const name = CONFIGS[index]!
  if (/"files"\s*:\s*\[\s*\]/.test(config.text) && /"references"/.test(config.text))
    return `${name} only names other projects: give one of their folders as the repository`
  const compiler = await compilerOf(root)
  if (compiler === undefined) return 'no TypeScript is installed for it: install its dependencies first'
  const memory = join(scratch, 'build-info')
  return {
    shown: `tsc --noEmit -p ${name}`,
    args: [
      compiler,
      '--noEmit',
      '-p',
      name,
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      memory,
    ],
  }
}

async function judge(root: string, shown: string, { code, output, isTimedOut }: Ending): Promise<TypeCheck> {
  const found = output
    .split(/\r?\n/)
    .map((line) => DIAGNOSTIC.exec(line))
    .filter((match) => match !== null)
  const diagnostics: TypeCheck['diagnostics'] = []
  for (const [, file, line, message] of found.slice(0, MAX_DIAGNOSTICS)) {
    const read = await readText(join(root, file!), MAX_CONFIG_BYTES)
    const lines = read.ok ? read.text.split(/\r\n|\r|\n/) : []
    diagnostics.push({ message: message!, citation: cite(file!, lines, Number(line)) ?? null })
  }
  const rest = { command: shown, errors: found.length, diagnostics }
  if (isTimedOut) return { status: 'timed-out', detail: 'it took longer than it was given', ...rest }
  if (code === 0) return { status: 'passed', detail: 'no errors', ...rest }
  const last = output.trim().split(/\r?\n/).at(-1)?.slice(0, 200) ?? ''
  const said = found.length > 0 ? counted(found.length, 'error') : `it ended with ${code}: ${last}`
  return { status: 'failed', detail: said, ...rest }
}

/**
 * Runs the type check of a repository, if it has one: a script named after it, else the TypeScript that is installed for
 * it. That runs code of the repository. It ends with the signal, whose reason is thrown, or after `timeoutMs`.
 */
export async function checkTypes(repo: string, timeoutMs: number, signal: AbortSignal): Promise<TypeCheck> {
  const root = await resolveRoot(repo)
  const scratch = await mkdtemp(join(tmpdir(), 'pawl-type-check-'))
  try {
    const command = (await scriptOf(root)) ?? (await compileCommand(root, scratch))
    if (typeof command === 'string') return notRun(command)
    const ending = await runProgram(process.execPath, command.args, { cwd: root, timeoutMs, signal })
    return await judge(root, command.shown, ending)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
