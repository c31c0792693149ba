import { type AnyAgent, agent } from '../../src/index.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'

/** Agents that all programs share. */
export const SERVICES = ['alpha', 'beta'] as const

/** A service that is out of reach for a while, for everybody. */
export interface Service {
  readonly id: string
  /** In milliseconds since the beginning. */
  readonly downFrom: number
  readonly downTo: number
}

/** What a step asks a service for, and how long that takes. */
export interface ServiceCall {
  readonly value: number
  readonly ms: number
}

export const drawServices = (random: Random): readonly Service[] =>
  SERVICES.map((id) => {
    const downFrom = random.int(0, 60_000)
    const lasts = random.chance(0.7) ? random.int(1_000, 120_000) : 0
    return { id, downFrom, downTo: downFrom + lasts }
  })

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
