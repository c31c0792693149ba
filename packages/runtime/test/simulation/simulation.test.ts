import { describe, expect, test } from 'vitest'
import { isReplay, playSeeds } from './play-seeds.ts'
import { simulate } from './simulate.ts'

const counts = playSeeds(0)

describe.runIf(!isReplay)('the simulation itself', () => {
  test('really had every kind of fault', () => {
    for (const point of ['open', 'claim', 'commit', 'publish']) {
      expect(counts.get(`crashes before ${point}`), `crashes before ${point}`).toBeGreaterThan(0)
      expect(counts.get(`crashes after ${point}`), `crashes after ${point}`).toBeGreaterThan(0)
    }
    const kinds = ['refused commits', 'repeated commits', 'calls applied twice', 'answers lost', 'freezes']
    const deeds = [
      'cancels',
      'rollbacks',
      'forks',
      'resumes',
      'signals',
      'signals sent again',
      'stray signals',
    ]
    const rest = ['busy answers', 'publishes refused', 'runs started twice', 'shutdowns', 'runs parked']
    for (const what of [...kinds, ...deeds, ...rest]) expect(counts.get(what), what).toBeGreaterThan(0)
  })

  test.for([3, 14])('seed %i does the same twice', async (seed) => {
    const first = await simulate(seed)
    const second = await simulate(seed)
    expect(second.digest).toBe(first.digest)
    expect(first.events).toBeGreaterThan(100)
  })

  test('another seed does something else', async () => {
    expect((await simulate(3)).digest).not.toBe((await simulate(4)).digest)
  })
})
