import { busRound, startServer } from './bus/round.ts'
import type { FaultOptions, FaultReport } from './fault.ts'

/**
 * Work through Redis while consumers and Redis itself are killed with SIGKILL, and through Upstash's REST API while
 * its answers are cut in half. Redis writes every command to disk before it answers.
 */
export async function run({ rounds, seed, print }: FaultOptions): Promise<FaultReport> {
  const violations: string[] = []
  await using server = await startServer()
  for (const via of ['redis', 'upstash'] as const) {
    const sum = { accepted: 0, duplicates: 0, kills: 0, disturbances: 0 }
    for (let round = 0; round < rounds; round++) {
      const report = await busRound(server, via, seed + round)
      for (const field of Object.keys(sum) as (keyof typeof sum)[]) sum[field] += report[field]
      for (const violation of report.violations)
        violations.push(`${via}: ${violation} (npm run faults -- bus --rounds 1 --seed ${seed + round})`)
    }
    const what = via === 'redis' ? 'kills of Redis' : 'cuts of answers or streams'
    print(
      `${via}: ${rounds} rounds, ${sum.accepted} messages accepted, ${sum.kills} kills of consumers, ` +
        `${sum.disturbances} ${what}, ${sum.duplicates} repeated deliveries`,
    )
  }
  return { violations }
}
