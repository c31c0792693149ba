import { realPorts as timers } from '@pawl/resilience'
import { v7 } from 'uuid'
import type { Ports } from '../drive/ports.ts'

/** The real clock, timers, randomness and ids. */
export const realPorts: Ports = {
  now: timers.now,
  setTimer: timers.setTimer,
  random: timers.random,
  turn: () => new Promise((resolve) => nextTurn(resolve)),
  id: () => v7(),
}

type Immediate = (fn: () => void) => void

/** `setImmediate` where it exists; elsewhere a timer of no time. */
const nextTurn: Immediate =
  (globalThis as unknown as { setImmediate?: Immediate }).setImmediate ?? ((fn) => setTimeout(fn, 0))
