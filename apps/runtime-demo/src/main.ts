import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Agent } from './agents/agent.ts'
import { allAgents } from './agents/all-agents.ts'
import type { CrewErrorCode } from './crew-error.ts'
import { readArguments, USAGE } from './demo/arguments.ts'
import { type Rehearsal, rehearse } from './demo/rehearse.ts'
import { Screen } from './demo/screen.ts'

// The folder that the user stood in: npm changes the working directory and says where it was.
const standing = process.env.INIT_CWD ?? process.cwd()
const repository = resolve(fileURLToPath(new URL('../../..', import.meta.url)))

/** What the person at the terminal can put right: another argument. */
const MISTAKES: ReadonlySet<string> = new Set<CrewErrorCode | 'DEMO_USAGE'>([
  'DEMO_USAGE',
  'PATH_UNREADABLE',
  'PATH_NOT_DIRECTORY',
  'INPUT_INVALID',
  'NOTHING_TO_READ',
  'NO_MATCH',
])

const introduction = ({ id, description }: Agent): string => `  ${id.padEnd(18)}${description}\n`

interface Failure {
  readonly code: string
  readonly message: string
}

// Whoever reads the output may leave early, as `head` does: then nobody wants the rest. The workers leave too.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}

const json = process.argv.includes('--json')
process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const wanted = readArguments(process.argv.slice(2), standing, repository)
    if (wanted === 'help') {
      process.stdout.write(`${USAGE}\n\nThe agents:\n${allAgents.map(introduction).join('')}`)
      return 0
    }
    const rehearsal = await rehearse(wanted, new Screen(json ? process.stderr : process.stdout))
    if (json) process.stdout.write(`${JSON.stringify(rehearsal)}\n`)
    return codeFor(rehearsal)
  } catch (error) {
    const { code = 'UNKNOWN', message } = error as { code?: string; message: string }
    if (json) process.stdout.write(`${JSON.stringify({ workflows: [], error: { code, message } })}\n`)
    return fail({ code, message })
  }
}

/** Each reason is told once, however many runs it ended. */
function codeFor({ workflows }: Rehearsal): number {
  const reasons = new Map<string, Failure>()
  for (const { status, type, error } of workflows) {
    if (status === 'completed') continue
    const failure = error ?? { code: 'UNKNOWN', message: `${type} is ${status}` }
    reasons.set(failure.message, failure)
  }
  const codes = [...reasons.values()].map(fail)
  return codes.length === 0 ? 0 : Math.max(...codes)
}

function fail({ code, message }: Failure): number {
  process.stderr.write(`${code}: ${message}\n`)
  return MISTAKES.has(code) ? 2 : 1
}
