import type { Held, HeldMessage, Lease, Settlement, Turned } from '../broker/broker.ts'
import { entryOf, heldMessage, type Stored, wholeMs } from './stored.ts'
import { verdicts } from './verdicts.ts'

/** A lease that knows its messages as they stand in Redis: the server is told, not asked. */
export interface RedisLease extends Lease {
  /** What the scripts call it. */
  readonly held: string
  readonly stored: readonly Stored[]
}

/** Adds the arguments of `turn.lua` from the ninth on. @returns which settlement each of its verdicts is about */
export function addSettlements(args: (string | number)[], settle: readonly Settlement[]): readonly number[] {
  const order: number[] = []
  const others: number[] = []
  const held: string[] = []
  const names: string[] = []
  const sessions: string[] = []
  let ends = ''
  let chars = 0
  settle.forEach((settlement, index) => {
    if (settlement.outcome.kind !== 'done') {
      others.push(index)
      return
    }
    const lease = settlement.lease as RedisLease
    const { name, length } = lease.stored[settlement.nth] as Stored
    order.push(index)
    held.push(lease.held)
    names.push(name)
    sessions.push(lease.session === null ? '' : ` ${lease.session}`)
    ends += settlement.ends ? '1' : '0'
    chars += length
  })
  args.push(chars, ends.includes('0') ? ends : '', order.length, ...held, ...names, ...sessions)
  for (const index of others) {
    const { lease, outcome, nth } = settle[index] as Settlement
    const { held, stored } = lease as RedisLease
    args.push(held, (stored[nth] as Stored).name, outcome.kind)
    if (outcome.kind === 'retry') args.push(wholeMs(outcome.inMs), '')
    else if (outcome.kind === 'dead')
      args.push(outcome.reason, outcome.error ? JSON.stringify(outcome.error) : '')
    else args.push('', '')
  }
  return order.concat(others)
}

/** What `turn.lua` returns. */
export type TurnAnswer = readonly [
  nextInMs: number,
  wakes: number,
  now: number,
  letters: string,
  claim: number,
  entries: readonly string[],
  bodies: readonly (string | null)[],
  counts: readonly number[],
  accepted: string,
]

export function turned(
  [nextInMs, wakes, now, letters, claim, entries, bodies, counts, accepted]: TurnAnswer,
  order: readonly number[],
  settlements: number,
): Turned {
  const settled = new Array<boolean>(settlements)
  for (let index = 0; index < settlements; index++) settled[order[index] as number] = letters[index] === '1'
  const held: Held[] = []
  for (let at = 0; at < entries.length; ) {
    const nth = held.length
    const end = at + Number(counts[nth] ?? 1)
    const messages: HeldMessage[] = []
    const stored: Stored[] = []
    let session: string | null = null
    for (; at < end; at++) {
      const entry = entryOf(entries[at] as string)
      session = entry.session
      stored.push(entry)
      messages.push(heldMessage(entry, bodies[at] ?? null))
    }
    const name = `${claim}:${stored[0]?.name}`
    const lease: RedisLease = { token: Number(claim), held: name, session, stored }
    held.push({ lease, messages })
  }
  return {
    verdicts: verdicts(accepted),
    settled,
    held,
    nextInMs: Number(nextInMs) < 0 ? undefined : Number(nextInMs),
    wakes: Number(wakes),
    now: Number(now),
  }
}
