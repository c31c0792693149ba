import type { RegisteredAgent } from '@pawl/state-store'
import type { AgentInfo } from '../agents/listing.ts'
import { findAgent } from '../agents/listing.ts'
import { liveWorkers } from '../agents/presence.ts'
import { RuntimeError } from '../errors.ts'
import { unparkAll } from '../keep/parked.ts'
import type { Live } from './live.ts'

/** Disables or enables an agent in all processes. Rejects with `UNKNOWN_AGENT`. */
export async function switchAgent(
  live: Live,
  change: { readonly name: string; readonly enabled: boolean; readonly reason?: string },
): Promise<void> {
  const { store } = live.parts
  const { name, enabled } = change
  // Unfinished business of the policy ends with the reason that it had given.
  const row = await store.agents.setEnabled(change)
  if (row === undefined) throw unknown(name)
  live.roster.take(row)
  if (!enabled) return
  await unparkAll(store, name)
  void live.worker.claim()
}

/** One agent. Rejects with `UNKNOWN_AGENT`. */
export async function knownAgent(live: Live, id: string): Promise<AgentInfo> {
  const info = await findAgent(live.listing, id)
  if (info === undefined) throw unknown(id)
  return info
}

/**
 * Forgets an agent here; in the store too if no live process runs it any more. A disabled one stays there, so that
 * it is not enabled by being registered again.
 */
export async function forgetAgent(live: Live, id: string): Promise<boolean> {
  const { store } = live.parts
  const wasKnown = live.listing.agents.unregister(id)
  await live.roster.forget(id)
  const row: RegisteredAgent | undefined = await store.agents.read(id)
  const others = await liveWorkers(store)
  const isRunElsewhere = others.some(({ agents }) => Object.hasOwn(agents, id))
  if (row?.enabled === true && !isRunElsewhere) await store.agents.remove(id)
  return wasKnown
}

const unknown = (id: string): RuntimeError =>
  new RuntimeError(
    'UNKNOWN_AGENT',
    `No process on this store has registered agent '${String(id).slice(0, 80)}'. listAgents() tells which there are.`,
  )
