import type { Listener, Unwatch } from '../broker/broker.ts'
import type { Script } from './scripts.ts'

/** One way to a Redis: over TCP or over HTTPS. What it throws are the errors of the bus. */
export interface Link {
  readonly kind: string
  /** How much one call carries, and how many calls keep their order without being waited for. */
  readonly limits: { readonly count: number; readonly chars: number; readonly turns: number }
  /** Whether a channel more costs nothing. */
  readonly cheapChannels: boolean
  /** Whether the server that is asked knows everybody who hears a channel; a cluster's does not. */
  readonly knowsListeners: boolean
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  command(name: string, args: readonly (string | number)[]): Promise<unknown>
  /** Proves a round trip, and brings `detail` up to date. */
  ping(): Promise<void>
  /** Hears a channel; `undefined` when the connection was lost meanwhile. Resolves when nothing can be missed. */
  subscribe(channel: string, heard: Listener): Promise<Unwatch>
  /** What should be known about the server; empty when there is nothing to say. */
  readonly detail: string
  close(): Promise<void>
}
