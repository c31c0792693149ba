import { describe, expect, it } from 'vitest'
import { run } from './store.ts'

describe('a store whose workers, server and connections are struck', () => {
  it('loses nothing, doubles nothing, and lets no stale fence write', async () => {
    const seed = Number(process.env.PAWL_SEED ?? Date.now() % 1_000_000_000)
    const lines: string[] = []
    const { violations } = await run({ rounds: 14, seed, print: (line) => lines.push(line) })
    expect(violations, lines.join('\n')).toEqual([])
    expect(lines.length).toBeGreaterThan(7)
  }, 240_000)
})
