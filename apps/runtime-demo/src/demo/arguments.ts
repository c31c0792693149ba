import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What the demo was asked to do. */
export interface DemoArguments {
  readonly workflow: 'security-audit'
  /** The folder to audit, absolute. */
  readonly path: string
  /** Whether to end with one machine-readable line. */
  readonly json: boolean
  /** Where reports and the demo's store go, absolute. */
  readonly home: string
}

export const USAGE = `Usage: npm run demo [-- [security-audit [path]] [--json]]

Audits a source tree (default: this repository), kills its own worker in the middle with SIGKILL, and lets
another worker finish. Reports and the store stay in .pawl/.

  --json   print one line of JSON last
  --help   print this`

/** A mistake on the command line; its message ends with the usage. */
class UsageError extends Error {
  readonly code = 'DEMO_USAGE'

  constructor(message: string) {
    super(`${message}\n\n${USAGE}`)
  }
}

/**
 * Reads the command line. Paths are resolved against the folder that the user stood in when calling npm.
 * Returns `help` if that was asked for. Throws {@link UsageError}.
 */
export function readArguments(
  argv: readonly string[],
  standing: string,
  repository: string,
): DemoArguments | 'help' {
  const { values, positionals } = parse(argv)
  if (values.help === true) return 'help'
  const [workflow = 'security-audit', path, ...rest] = positionals
  if (workflow !== 'security-audit')
    throw new UsageError(`There is no workflow '${workflow}'. It must be security-audit.`)
  if (rest.length > 0)
    throw new UsageError(`Too many arguments: ${rest.join(' ')}. Quote a path that has spaces.`)
  return {
    workflow,
    path: path === undefined ? repository : resolve(standing, path),
    json: values.json === true,
    home: resolve(standing, '.pawl'),
  }
}

function parse(argv: readonly string[]) {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
