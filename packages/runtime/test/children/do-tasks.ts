import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { agent, createRuntime } from '../../src/index.ts'

// Works on a queue of tasks and says of each that it began; whoever started it kills it.

const doubler = agent('doubler', {
  run: async (input: number) => {
    writeSync(1, `${input}\n`)
    await pause(5 + (input % 3) * 10)
    return input * 2
  },
})

await using runtime = createRuntime({
  agents: [doubler],
  stateStore: { path: process.argv[2] ?? '' },
  lease: '300ms',
  sweep: '50ms',
})
await runtime.initialize()
await pause(60_000)
