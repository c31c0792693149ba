import type { BreakerRecord } from '../breaker/breaker-record.ts'
import type { BreakerCell, BreakerStore, BreakerWrite, BreakerWritten } from '../breaker/breaker-store.ts'
import { casesOf } from './conformance-case.ts'
import { equal, holds } from './expectations.ts'

let ids = 0
const newId = (): string => `write-${ids++}`

/** A record that can be told apart from others. */
const record = (succeeded: number, name = 'opening'): BreakerRecord => ({
  format: 1,
  opening: { id: name, at: 1_700_000_000_000 + succeeded },
  succeeded,
  probes: [{ id: `probe of ${name}`, at: 1_700_000_000_000.5 }],
})

/** What the port knows of a cell; a store may tell more. */
const known = (cell: BreakerCell | undefined): BreakerCell | undefined =>
  cell && { value: cell.value, revision: cell.revision }

const read = async (store: BreakerStore, key = 'stripe'): Promise<BreakerCell | undefined> =>
  known(await store.read(key))

const send = async (store: BreakerStore, write: BreakerWrite): Promise<BreakerWritten> => {
  const answer = await store.write(write)
  return answer.ok ? { ok: true, revision: answer.revision } : { ok: false, current: known(answer.current) }
}

const write = (
  store: BreakerStore,
  expected: number | null,
  value: BreakerRecord,
  key = 'stripe',
): Promise<BreakerWritten> => send(store, { key, value, expected, id: newId() })

/** Writes and gives the revision; for what a case takes for granted. */
async function written(store: BreakerStore, expected: number | null, value: BreakerRecord, key?: string) {
  const answer = await write(store, expected, value, key)
  holds(answer.ok, `a write after revision ${expected} was refused`)
  return answer.revision
}

/** Keys that a careless store takes for one another, or for something of its own. */
const KEYS = [
  'stripe',
  'Stripe',
  'stripe ',
  'stripe/charges',
  'stripe:charges',
  'stripe%',
  'stripe_',
  'https://api.example.com:443/v1?a=b&c=*',
  'constructor',
  '__proto__',
  'Zahlungsdienst-ß',
  '決済',
  '💳',
  'it\'s "quoted"',
  'x'.repeat(200),
]

const NAMES = [
  '',
  "it's",
  '"quoted"',
  '\\',
  '決済💳',
  '__proto__',
  '\t\n',
  ' padded ',
  '</script>',
  '1e3',
  'null',
]

/** What the port promises of its cells. */
export const cellCases = casesOf('cells', {
  'a key that nobody wrote has no cell': async (harness) => {
    const store = await harness.connect()
    holds((await read(store)) === undefined, 'it has one')
  },

  'a first write makes a cell, and every connection reads it': async (harness) => {
    const [store, other] = [await harness.connect(), await harness.connect()]
    const revision = await written(store, null, record(1))
    holds(Number.isSafeInteger(revision) && revision >= 1, `a revision is a whole number, not ${revision}`)
    for (const reader of [store, other]) {
      equal(await read(reader), { value: record(1), revision }, 'the cell')
    }
  },

  'a write after the current revision replaces the value, and the revision grows': async (harness) => {
    const [store, other] = [await harness.connect(), await harness.connect()]
    const first = await written(store, null, record(1))
    const second = await written(other, first, record(2))
    const third = await written(store, second, record(3))
    holds(first < second && second < third, `revisions grow, but were ${first}, ${second}, ${third}`)
    equal(await read(other), { value: record(3), revision: third }, 'the cell')
  },

  'a first write where there is a cell is refused with the cell': async (harness) => {
    const [store, other] = [await harness.connect(), await harness.connect()]
    const revision = await written(store, null, record(1))
    const current = { value: record(1), revision }
    equal(await write(other, null, record(2)), { ok: false, current }, 'the refusal')
    equal(await read(store), current, 'the cell afterwards')
  },

  'a write after an old revision is refused with the cell': async (harness) => {
    const [store, other] = [await harness.connect(), await harness.connect()]
    const first = await written(store, null, record(1))
    const revision = await written(other, first, record(2))
    const current = { value: record(2), revision }
    equal(await write(store, first, record(3)), { ok: false, current }, 'the refusal')
    equal(await read(store), current, 'the cell afterwards')
  },

  'a write after a revision that is not there yet is refused': async (harness) => {
    const store = await harness.connect()
    const revision = await written(store, null, record(1))
    const current = { value: record(1), revision }
    equal(await write(store, revision + 1, record(2)), { ok: false, current }, 'the refusal')
    equal(await read(store), current, 'the cell afterwards')
  },

  'a write after a revision where there is no cell is refused, and makes none': async (harness) => {
    const store = await harness.connect()
    const answer = await write(store, 1, record(1))
    holds(!answer.ok && answer.current === undefined, 'it was not refused with nothing')
    holds((await read(store)) === undefined, 'it made a cell')
  },

  'of many writes at once exactly one is made, and the others get what it wrote': async (harness) => {
    const stores = [await harness.connect(), await harness.connect(), await harness.connect()]
    let expected: number | null = null
    for (let round = 0; round < 5; round++) {
      const writes = Array.from({ length: 12 }, (_, index) =>
        write(stores[index % 3] as BreakerStore, expected, record(index, `round ${round}`)),
      )
      const answers = await Promise.all(writes)
      const winners = answers.flatMap((answer, index) => (answer.ok ? [{ index, ...answer }] : []))
      equal(winners.length, 1, 'writes that were made')
      const { index, revision } = winners[0] as { index: number; revision: number }
      const current = { value: record(index, `round ${round}`), revision }
      for (const answer of answers) if (!answer.ok) equal(answer.current, current, 'what a loser got')
      equal(await read(stores[0] as BreakerStore), current, 'the cell afterwards')
      expected = revision
    }
  },

  'no change is lost between processes that read, change and write': async (harness) => {
    const sumIn = (value: unknown): number => (value as BreakerRecord | undefined)?.succeeded ?? 0
    const count = async (): Promise<void> => {
      const store = await harness.connect()
      let cell = await read(store)
      let added = 0
      for (let tries = 0; added < 8; tries++) {
        holds(tries < 1000, 'a process never gets through')
        const value = record(sumIn(cell?.value) + 1)
        const answer = await write(store, cell?.revision ?? null, value)
        cell = answer.ok ? { value, revision: answer.revision } : answer.current
        if (answer.ok) added++
      }
    }
    await Promise.all([count(), count(), count(), count()])
    const cell = await read(await harness.connect())
    equal(sumIn(cell?.value), 32, 'the sum of all changes')
  },

  'a write that is sent again is answered as it was, and made once': async (harness) => {
    const [store, other] = [await harness.connect(), await harness.connect()]
    const first = { key: 'stripe', value: record(1), expected: null, id: newId() }
    const answer = await send(store, first)
    equal(await send(store, first), answer, 'the answer to the same first write')
    equal(await send(other, first), answer, 'the answer to it over another connection')
    holds(answer.ok, 'a first write was refused')
    const second = { key: 'stripe', value: record(2), expected: answer.revision, id: newId() }
    const next = await send(store, second)
    equal(await send(store, second), next, 'the answer to the same second write')
    holds(next.ok, 'a second write was refused')
    equal(await read(store), { value: record(2), revision: next.revision }, 'the cell')
  },

  'a write that is sent again after another one undoes nothing': async (harness) => {
    const [store, other] = [await harness.connect(), await harness.connect()]
    const first = { key: 'stripe', value: record(1), expected: null, id: newId() }
    const answer = await send(store, first)
    holds(answer.ok, 'a first write was refused')
    const revision = await written(other, answer.revision, record(2))
    await send(store, first)
    equal(await read(store), { value: record(2), revision }, 'the cell')
  },

  'keys are apart, whatever is in them': async (harness) => {
    const store = await harness.connect()
    const revisions: number[] = []
    for (const [index, key] of KEYS.entries()) revisions.push(await written(store, null, record(index), key))
    for (const [index, key] of KEYS.entries()) {
      equal(
        await read(store, key),
        { value: record(index), revision: revisions[index] },
        `the cell of ${key}`,
      )
    }
  },

  'values come back as they were': async (harness) => {
    const store = await harness.connect()
    const values: BreakerRecord[] = [
      { format: 1, opening: null, succeeded: 0, probes: [] },
      ...NAMES.map((name, index) => record(index, name)),
      { ...record(3), probes: Array.from({ length: 500 }, (_, at) => ({ id: `probe ${at}`, at })) },
    ]
    let revision: number | null = null
    for (const value of values) {
      revision = await written(store, revision, value)
      equal(await read(store), { value, revision }, 'the cell')
    }
  },

  'a value belongs to nobody: changing it afterwards changes no cell': async (harness) => {
    const store = await harness.connect()
    const value = record(1)
    const revision = await written(store, null, value)
    const spoil = (given: unknown): void => {
      ;(given as { succeeded: number }).succeeded = 99
    }
    spoil(value)
    spoil((await store.read('stripe'))?.value)
    const refused = await write(store, null, record(2))
    if (!refused.ok) spoil(refused.current?.value)
    equal(await read(store), { value: record(1), revision }, 'the cell')
  },
})
