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
