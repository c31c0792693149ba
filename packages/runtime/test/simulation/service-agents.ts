import { type AnyAgent, agent } from '../../src/index.ts'
import type { Machine } from './machine.ts'
import type { ServiceCall } from './services.ts'

/** The services as one process calls them; their breakers are shared through the store. */
export const agentsOf = (process: Machine): readonly AnyAgent[] =>
  process.simulation.services.map(({ id, downFrom, downTo }) =>
    agent(id, {
      breaker: {
        volumeThreshold: 1,
        errorThresholdPercentage: 50,
        resetTimeoutMs: 15_000,
        probeTimeoutMs: 20_000,
      },
      async run({ value, ms }: ServiceCall, { runId, step, attempt }) {
        const { simulation } = process
        simulation.trace(`${process.id} asks ${id} ${runId.slice(-4)} ${step} ${attempt}`)
        simulation.began(process, runId, step)
        if (ms > 0) await process.pause(ms)
        const { elapsed } = simulation.time
        if (elapsed < downFrom || elapsed >= downTo) return value
        simulation.count('calls of a service that is down')
        throw new Error('The service is down.')
      },
    }),
  )
