import { startPostgres } from '@pawl/testkit/postgres'
import { expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { pause, start } from './harness.ts'
import { collect, Reader } from './told.ts'

const RUNS = 80
const STEPS = 3

/** Steps that speak, some of them twice, side by side with those of many other runs. */
const talk = workflow('talk', async (ctx, number: number) => {
  for (let place = 0; place < STEPS; place++) {
    await ctx.step(
      `s${place}`,
      async (step) => {
        for (let word = 0; word < 12; word++) {
          step.write(`${number}.${place}.${step.attempt}.${word} `)
          if (word % 4 === 3) await pause(1 + ((number * 7 + word) % 23))
        }
        if (step.attempt === 1 && number % 3 === 0) throw new Error('again')
      },
      { retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 } },
    )
  }
})

const textOf = (number: number, place: number): string => {
  const attempt = number % 3 === 0 ? 2 : 1
  return Array.from({ length: 12 }, (_, word) => `${number}.${place}.${attempt}.${word} `).join('')
}

it('on Postgres, where batches overtake one another, another process misses nothing of many runs', {
  timeout: 120_000,
}, async () => {
  await using server = await startPostgres({ version: 18 })
  const stateStore = { engine: 'postgres', connectionString: server.url } as const
  const one = await start({ workflows: [talk], stateStore })
  const two = await start({ workflows: [talk], stateStore, concurrency: 0 })
  const numbers = Array.from({ length: RUNS }, (_, number) => number)
  const runs = await Promise.all(numbers.map((number) => one.startWorkflow(talk, number)))
  const streams = runs.map(({ runId }, number) =>
    collect(number % 4 === 0 ? two.followWorkflow(runId) : one.followWorkflow(runId)),
  )
  for (const [number, told] of (await Promise.all(streams)).entries()) {
    // It throws if a text that has ended lacks something, or holds something twice.
    const reader = new Reader().readAll(told)
    for (let place = 0; place < STEPS; place++)
      expect(reader.texts.get(`s${place}`)).toBe(textOf(number, place))
  }
  for (const { runId, result } of runs.slice(0, 10)) {
    await result()
    const afterwards = new Reader().readAll(await collect(two.followWorkflow(runId)))
    expect(afterwards.story.at(-1)).toBe('completed')
    expect(afterwards.texts.size).toBe(STEPS)
  }
  await two.shutdown({ grace: 0 })
  await one.shutdown({ grace: 0 })
})
