import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Order, WorkflowName } from './order.ts'

/** What the demo was asked to do. */
export interface DemoArguments {
  /** Run at once. */
  readonly orders: readonly Order[]
  /** The workflow whose worker is killed in the middle; nothing for none. */
  readonly victim: WorkflowName | undefined
  /** The workflow that is rolled back once it is done; nothing for none. */
  readonly rolledBack: WorkflowName | undefined
  /** Whether to end with one machine-readable line, alone on the standard output. */
  readonly json: boolean
  /** Where reports and the embedded store go, absolute. */
  readonly home: string
}

export const USAGE = `Usage:
  npm run demo                                                all three workflows at once, on this repository
  npm run demo -- security-audit [path]                       what is risky in a source tree
  npm run demo -- content-strategy <topic> --sources <dir>    a brief from Markdown and text files
  npm run demo -- feature-development <request> --repo <dir>  a plan from a repository's import graph

All three at once: the audit's worker is killed with SIGKILL in the middle and another one finishes; the brief is
rolled back two versions and resumed. Alone, a workflow's worker is killed too. Reports and the embedded store stay
in .pawl/; with DATABASE_URL, or SUPABASE_URL and SUPABASE_SECRET_KEY, the runs are kept there.

  --no-kill   kill no worker
  --json      print one line of JSON on the standard output, and the rest on the error output
  --help      print this

feature-development runs the repository's own type check, and so code of the repository.`

/** A mistake on the command line; its message ends with the usage. */
class UsageError extends Error {
  readonly code = 'DEMO_USAGE'

  constructor(message: string) {
    super(`${message}\n\n${USAGE}`)
  }
}

const OPTIONS = {
  sources: { type: 'string' },
  repo: { type: 'string' },
  'no-kill': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Values = ReturnType<typeof parse>['values']

/** What all three work on when nothing is said. */
const everything = (repository: string): readonly Order[] => [
  { workflow: 'security-audit', path: repository },
  { workflow: 'content-strategy', topic: 'durable workflows', sources: repository },
  {
    workflow: 'feature-development',
    request: 'let urgent calls pass the queue of a bulkhead',
    repo: join(repository, 'packages', 'resilience'),
  },
]

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
  const [workflow, ...words] = positionals
  const common = { json: values.json === true, home: resolve(standing, '.pawl') }
  if (workflow === undefined) {
    refuse(values, ['sources', 'repo', 'no-kill'], 'a workflow')
    return {
      orders: everything(repository),
      victim: 'security-audit',
      rolledBack: 'content-strategy',
      ...common,
    }
  }
  const order = orderOf(workflow, words, values, standing, repository)
  const victim = values['no-kill'] === true ? undefined : order.workflow
  return { orders: [order], victim, rolledBack: undefined, ...common }
}

function orderOf(
  workflow: string,
  words: readonly string[],
  values: Values,
  standing: string,
  repository: string,
): Order {
  const { sources, repo } = values
  switch (workflow) {
    case 'security-audit': {
      refuse(values, ['sources', 'repo'], 'another workflow')
      const [path, ...rest] = words
      if (rest.length > 0)
        throw new UsageError(`Too many arguments: ${rest.join(' ')}. Quote a path that has spaces.`)
      return { workflow, path: path === undefined ? repository : resolve(standing, path) }
    }
    case 'content-strategy': {
      refuse(values, ['repo'], 'feature-development')
      const topic = textOf(words, workflow, 'a topic, such as: content-strategy pawls --sources docs', 300)
      if (!sources)
        throw new UsageError('content-strategy needs --sources <dir>, the folder with the documents.')
      return { workflow, topic, sources: resolve(standing, sources) }
    }
    case 'feature-development': {
      refuse(values, ['sources'], 'content-strategy')
      const example = "a request, such as: feature-development 'limit the retries' --repo packages/resilience"
      const request = textOf(words, workflow, example, 500)
      if (!repo) throw new UsageError('feature-development needs --repo <dir>, the repository to change.')
      return { workflow, request, repo: resolve(standing, repo) }
    }
    default:
      throw new UsageError(
        `There is no workflow '${workflow}'. It must be security-audit, content-strategy or feature-development.`,
      )
  }
}

/** Several words need no quotes. */
function textOf(words: readonly string[], workflow: string, what: string, limit: number): string {
  const text = words.join(' ').trim()
  if (text === '') throw new UsageError(`${workflow} needs ${what}.`)
  if (text.length > limit)
    throw new UsageError(`${workflow} takes ${limit} characters at most; these are ${text.length}.`)
  return text
}

/** Says so when an option would be ignored. */
function refuse(values: Values, options: readonly (keyof Values)[], whose: string): void {
  const given = options.find((option) => values[option] !== undefined)
  if (given !== undefined) throw new UsageError(`--${given} needs ${whose}.`)
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
