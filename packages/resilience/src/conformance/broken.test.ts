import { describe, expect, it, test } from 'vitest'
import { type BreakerCell, type BreakerStore, type BreakerWrite, createMemoryBreakerStore } from '../index.ts'
import { ConformanceFailure } from './expectations.ts'
import { breakerStoreCases, breakerStoreConformance, type OpenHarness, runCase } from './index.ts'

// Stores that break one promise each. The suite has to fail on every one of them; a suite that lets one pass would let
// an adapter pass that admits more probes than it may.

interface Kept {
  value: unknown
  revision: number
  id: string
}

/** A small store with the places where mistakes are made. */
class Cells {
  readonly cells = new Map<string, Kept>()
  keyOf = (key: string): string => key
  copy = (value: unknown): unknown => structuredClone(value)
  next = (kept: Kept | undefined): number => (kept?.revision ?? 0) + 1
  accepts = (kept: Kept | undefined, { expected }: BreakerWrite): boolean =>
    (kept?.revision ?? null) === expected
  isAgain = (kept: Kept | undefined, { id }: BreakerWrite): boolean => kept?.id === id
  beforeWriting: (() => Promise<void>) | undefined = undefined
  refusal = (current: BreakerCell | undefined, _write: BreakerWrite): BreakerCell | undefined => current

  connect(): BreakerStore {
    const cellOf = (kept: Kept | undefined): BreakerCell | undefined =>
      kept && { value: this.copy(kept.value), revision: kept.revision }
    return {
      read: async (key) => cellOf(this.cells.get(this.keyOf(key))),
      write: async (write) => {
        const key = this.keyOf(write.key)
        const kept = this.cells.get(key)
        if (kept && this.isAgain(kept, write)) return { ok: true, revision: kept.revision }
        const accepted = this.accepts(kept, write)
        if (this.beforeWriting) await this.beforeWriting()
        if (!accepted) return { ok: false, current: this.refusal(cellOf(kept), write) }
        const revision = this.next(kept)
        this.cells.set(key, { value: this.copy(write.value), revision, id: write.id })
        return { ok: true, revision }
      },
    }
  }
}

/** One set of cells for all connections, with some places changed. */
const cells =
  (changes: Partial<Cells> = {}): OpenHarness =>
  async () => {
    const all = Object.assign(new Cells(), changes)
    return { connect: async () => all.connect() }
  }

/** The memory store, and what stands in front of it at each connection. */
const inFrontOf =
  (front: (store: BreakerStore) => Partial<BreakerStore>): OpenHarness =>
  async () => {
    const store = createMemoryBreakerStore()
    return { connect: async () => ({ ...store, ...front(store) }) }
  }

const asJson = (change: (text: string) => string) => (value: unknown) =>
  JSON.parse(change(JSON.stringify(value)))

/** What it does wrong, with a case that must notice; others may notice as well. */
const FAULTS: Record<string, readonly [open: OpenHarness, witness: string]> = {
  'ignores the revision expected': [
    cells({ accepts: () => true }),
    'a write after an old revision is refused with the cell',
  ],
  'takes every first write': [
    cells({ accepts: (kept, { expected }) => expected === null || kept?.revision === expected }),
    'a first write where there is a cell is refused with the cell',
  ],
  'takes revisions to come': [
    cells({ accepts: (kept, { expected }) => (kept?.revision ?? 0) <= (expected ?? 0) }),
    'a write after a revision that is not there yet is refused',
  ],
  'makes a cell whatever is expected': [
    cells({ accepts: (kept, { expected }) => kept === undefined || kept.revision === expected }),
    'a write after a revision where there is no cell is refused, and makes none',
  ],
  'checks first and writes later': [
    cells({ beforeWriting: () => Promise.resolve() }),
    'no change is lost between processes that read, change and write',
  ],
  'writes much later than it checks': [
    cells({ beforeWriting: () => new Promise((resolve) => setImmediate(resolve)) }),
    'of many writes at once exactly one is made, and the others get what it wrote',
  ],
  forgets: [
    inFrontOf(() => ({ read: async () => undefined })),
    'a first write makes a cell, and every connection reads it',
  ],
  'reads what the connection read before': [
    inFrontOf((store) => {
      const known = new Map<string, Promise<BreakerCell | undefined>>()
      return {
        read: (key) => {
          const cell = known.get(key) ?? store.read(key)
          known.set(key, cell)
          return cell
        },
      }
    }),
    'one probe that fails opens it for all',
  ],
  'keeps cells for each connection': [
    async () => ({ connect: async () => createMemoryBreakerStore() }),
    'half-open, so many probes pass in all, however many processes ask',
  ],
  'never moves the revision on': [
    cells({ next: () => 1 }),
    'a write after the current revision replaces the value, and the revision grows',
  ],
  'counts revisions down': [
    cells({ next: (kept) => (kept?.revision ?? 1000) - 1 }),
    'a write after the current revision replaces the value, and the revision grows',
  ],
  'refuses without saying what is there': [
    cells({ refusal: () => undefined }),
    'a write after an old revision is refused with the cell',
  ],
  'refuses with what it refuses': [
    cells({ refusal: (cell, { value }) => cell && { ...cell, value } }),
    'of many writes at once exactly one is made, and the others get what it wrote',
  ],
  'refuses what was sent again': [
    cells({ isAgain: () => false }),
    'a write that is sent again is answered as it was, and made once',
  ],
  'takes what was sent again for new': [
    cells({
      accepts: (kept, { expected, id }) => (kept?.revision ?? null) === expected || kept?.id === id,
      isAgain: () => false,
    }),
    'a write that is sent again is answered as it was, and made once',
  ],
  'does not tell cases apart in keys': [
    cells({ keyOf: (key) => key.toLowerCase() }),
    'keys are apart, whatever is in them',
  ],
  'trims keys': [cells({ keyOf: (key) => key.trim() }), 'keys are apart, whatever is in them'],
  'takes only the letters of keys': [
    cells({ keyOf: (key) => key.replaceAll(/[^\w]/g, '') }),
    'keys are apart, whatever is in them',
  ],
  'keeps references': [
    cells({ copy: (value) => value }),
    'a value belongs to nobody: changing it afterwards changes no cell',
  ],
  'rounds times': [
    cells({ copy: asJson((text) => text.replaceAll(/\.\d+/g, '')) }),
    'values come back as they were',
  ],
  'loses what is not ASCII': [
    cells({ copy: asJson((text) => text.replaceAll(/[^ -~]/g, '?')) }),
    'values come back as they were',
  ],
  'cuts long values': [
    cells({
      copy: (value) => {
        const { probes, ...rest } = value as { probes: unknown[] }
        return structuredClone({ ...rest, probes: probes.slice(0, 100) })
      },
    }),
    'values come back as they were',
  ],
}

const failureOf = (name: string, open: OpenHarness): Promise<unknown> => {
  const one = breakerStoreCases.find((any) => any.name === name)
  if (one === undefined) throw new Error(`there is no case "${name}"`)
  return runCase(one, open).then(
    () => 'it passed',
    (error: unknown) => error,
  )
}

describe('the conformance suite notices a store that', () => {
  it.each(Object.entries(FAULTS))('%s', async (_, [open, witness]) => {
    // Caught because a promise is broken, not because something fell over.
    expect(await failureOf(witness, open)).toBeInstanceOf(ConformanceFailure)
  })
})

test('the same small store without a fault passes', async () => {
  for (const one of breakerStoreCases) await runCase(one, cells())
})

test('each case is closed, also one that fails', async () => {
  let closed = 0
  const close = async (): Promise<void> => {
    closed++
  }
  const [one] = breakerStoreCases as [(typeof breakerStoreCases)[number]]
  await runCase(one, async () => ({ connect: async () => createMemoryBreakerStore(), close }))
  const connect = async (): Promise<never> => {
    throw new Error('unreachable')
  }
  await expect(runCase(one, async () => ({ connect, close }))).rejects.toThrow('unreachable')
  expect(closed).toBe(2)
})

test('what is left out is shown with its reason, and a reason without a case is refused', () => {
  const left: string[] = []
  const ran: string[] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: Object.assign((name: string) => ran.push(name), { skip: (name: string) => left.push(name) }),
  }
  const { name } = breakerStoreCases[0] as { name: string }
  breakerStoreConformance(runner, cells(), { [name]: 'the server cannot' })
  expect(left).toEqual([`${name} (left out: the server cannot)`])
  expect(ran).toHaveLength(breakerStoreCases.length - 1)
  expect(() => breakerStoreConformance(runner, cells(), { gone: 'why' })).toThrow('gone')
})
