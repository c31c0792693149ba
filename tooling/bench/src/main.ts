import type { Row } from './row.ts'
import { tableOf } from './row.ts'

/** Every benchmark by name; a name loads only what it needs. */
const BENCHES: {
  readonly [name: string]: () => Promise<{ readonly measure: () => Promise<readonly Row[]> }>
} = {
  'bus-memory': () => import('./bus-memory/measure.ts'),
  'event-bus': () => import('./event-bus/measure.ts'),
  growth: () => import('./growth/measure.ts'),
  resilience: () => import('./resilience/measure.ts'),
  queue: () => import('./queue/measure.ts'),
  steps: () => import('./steps/measure.ts'),
  store: () => import('./store/measure.ts'),
  websocket: () => import('./websocket/measure.ts'),
}

process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json')
  const [name, ...rest] = argv.filter((argument) => argument !== '--json')
  const load = name !== undefined && Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined
  if (load === undefined || rest.length > 0) {
    const wrong = name !== undefined && load === undefined ? `There is no bench '${name}'.\n` : ''
    process.stderr.write(`${wrong}Usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> [--json]\n`)
    return 2
  }
  const { measure } = await load()
  const rows = await measure()
  process.stdout.write(`${tableOf(rows)}\n`)
  if (json) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
  return 0
}
