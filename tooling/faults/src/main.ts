import { parseArgs } from 'node:util'
import type { Fault } from './fault.ts'

/** Every fault program by name, with the rounds of a full run. */
const FAULTS: { readonly [name: string]: { readonly rounds: number; readonly load: () => Promise<Fault> } } =
  {
    bus: { rounds: 100, load: () => import('./bus.ts') },
    'bus-idle': { rounds: 6, load: () => import('./bus-idle.ts') },
    kill: { rounds: 50, load: () => import('./kill.ts') },
    store: { rounds: 200, load: () => import('./store.ts') },
    processes: { rounds: 60, load: () => import('./processes.ts') },
  }

const USAGE = `Usage: npm run faults -- <name> [--rounds n] [--seed n]
Fault programs: ${Object.keys(FAULTS).join(', ')}
`

process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const wanted = read(argv)
  if (wanted === undefined) {
    process.stderr.write(USAGE)
    return 2
  }
  const { name, rounds, seed } = wanted
  const print = (line: string) => process.stdout.write(`${line}\n`)
  print(`${name}: ${rounds} rounds from seed ${seed}`)
  const { run } = await FAULTS[name]!.load()
  const { violations } = await run({ rounds, seed, print })
  for (const violation of violations) print(`VIOLATION ${violation}`)
  print(
    violations.length === 0
      ? `${name}: everything held (seed ${seed})`
      : `${name}: ${violations.length} violations`,
  )
  return violations.length === 0 ? 0 : 1
}

function read(argv: readonly string[]): { name: string; rounds: number; seed: number } | undefined {
  try {
    const options = { rounds: { type: 'string' }, seed: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    const [name, ...rest] = positionals
    if (name === undefined || rest.length > 0 || !Object.hasOwn(FAULTS, name)) return undefined
    const rounds = Number(values.rounds ?? FAULTS[name]!.rounds)
    const seed = Number(values.seed ?? Date.now() % 1_000_000_000)
    const areWhole = Number.isSafeInteger(rounds) && rounds > 0 && Number.isSafeInteger(seed) && seed >= 0
    return areWhole ? { name, rounds, seed } : undefined
  } catch {
    return undefined
  }
}
