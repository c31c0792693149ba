import process from 'node:process'
import { createRuntime, workflow } from '../../src/index.ts'

/** Writes numbers without end, in a step that never finishes unless it is told how far to go. */
export const speaking = (words: number | null) =>
  workflow('speaking', async (ctx) => {
    await ctx.step('greet', (step) => step.write('hello'))
    return ctx.step('count', async (step) => {
      for (let word = 0; words === null || word < words; word++) {
        step.write(`${word} `)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return 'counted'
    })
  })

if (process.argv[1] === import.meta.filename) {
  const path = process.argv[2] ?? ''
  const runtime = createRuntime({ workflows: [speaking(null)], stateStore: { path }, lease: '500ms' })
  await runtime.initialize()
  const { runId } = await runtime.startWorkflow('speaking', null)
  process.stdout.write(`${runId}\n`)
}
