import { describe, expect, it } from 'vitest'
import { run } from './processes.ts'

describe('workers that are killed every second', () => {
  it('lose no workflow, record each step once, and are soon replaced', async () => {
    const seed = Number(process.env.PAWL_SEED ?? Date.now() % 1_000_000_000)
    const lines: string[] = []
    const { violations } = await run({ rounds: 10, seed, print: (line) => lines.push(line) })
    expect(violations, lines.join('\n')).toEqual([])
    expect(lines).toHaveLength(2)
  }, 240_000)
})
