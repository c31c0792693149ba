import { describe, expect, it } from 'vitest'
import { run } from './kill.ts'

describe('kill -9', () => {
  it('loses no run and records each step once, whenever it comes', async () => {
    const seed = Number(process.env.PAWL_SEED ?? Date.now() % 1_000_000_000)
    const lines: string[] = []
    const { violations } = await run({ rounds: 5, seed, print: (line) => lines.push(line) })
    expect(violations, lines.join('\n')).toEqual([])
    expect(lines).toHaveLength(4)
  }, 120_000)
})
