import { expect, it } from 'vitest'
import { checkLines, linesOf } from './bus/log.ts'
import { run } from './bus.ts'

it('loses and reorders no work over a few seeded rounds of kills and cut answers', async () => {
  const seed = Number(process.env.SEED ?? 1_000)
  const lines: string[] = []
  const { violations } = await run({ rounds: 2, seed, print: (line) => lines.push(line) })
  expect(violations).toEqual([])
  expect(lines).toHaveLength(2)
}, 180_000)

it('sees a message that was lost, and one that overtook another', () => {
  const lines = linesOf(
    'begin s/0 1\nend s/0 2\nbegin s/2 3\nend s/2 4\nbegin s/1 5\nend s/1 6\nbegin s/1 7\ncut o',
  )
  expect(checkLines(lines, new Map([['s', 3]]))).toEqual({
    violations: ['s/2 was begun when only 0 was done', 'of 3 messages of s only 2 were done'],
    duplicates: 1,
  })
})
