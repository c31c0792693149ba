import assert from 'node:assert/strict'
import type { Commit } from '../contract/commit.ts'
import type { StateStore } from '../contract/store.ts'
import type { Transaction } from '../contract/transaction.ts'
import { type ConformanceCase, casesOf } from './conformance-case.ts'
import {
  accepted,
  claimOne,
  commitOf,
  heldRun,
  LEASE,
  NOBODY,
  NOON,
  refused,
  rejects,
  step,
} from './given.ts'

// What a caller writes in the store's transaction is there if its commit is, and only then.

/** A table of the caller's, in the database of the store. */
class Notes {
  readonly #table = `notes_${crypto.randomUUID().replaceAll('-', '')}`
  readonly #store: StateStore

  private constructor(store: StateStore) {
    this.#store = store
  }

  static async in(store: StateStore): Promise<Notes> {
    const notes = new Notes(store)
    const commit = await ending(store)
    const made = await store.transact((tx) =>
      notes.#do(tx, `create table ${notes.#table} (note text)`, commit),
    )
    accepted(made)
    return notes
  }

  /** Adds a note and ends the transaction with the commit. */
  add(tx: Transaction, note: string, commit: Commit): Commit | Promise<Commit> {
    return this.#do(tx, `insert into ${this.#table} values ('${note}')`, commit)
  }

  /** Adds a note and throws. */
  fail(tx: Transaction, note: string, error: Error): Commit | Promise<Commit> {
    const added = this.add(tx, note, {} as Commit)
    if (!('then' in added)) throw error
    return added.then(() => {
      throw error
    })
  }

  async all(): Promise<readonly string[]> {
    const commit = await ending(this.#store)
    const select = `select note from ${this.#table} order by note`
    let rows: readonly unknown[] = []
    await this.#store.transact((tx) => {
      if (tx.engine === 'sqlite') {
        rows = tx.db.prepare(select).all()
        return commit
      }
      return tx.client.query(select).then((answer) => {
        rows = answer.rows
        return commit
      })
    })
    return rows.map((row) => (row as { readonly note: string }).note)
  }

  #do(tx: Transaction, sql: string, commit: Commit): Commit | Promise<Commit> {
    if (tx.engine === 'postgres') return tx.client.query(sql).then(() => commit)
    tx.db.exec(sql)
    return commit
  }
}

/** A commit that ends a run of its own, so that nothing of it is left. */
const ending = async (store: StateStore): Promise<Commit> =>
  commitOf(await heldRun(store), 2, [{ kind: 'completed' }], { status: 'completed' })

export const transactionCases: readonly ConformanceCase[] = casesOf('transact', {
  'what is written and the entry are there together': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const commit = commitOf(run, 2, [{ ...step('a', { n: 1 }), meta: { agent: 'x' } }])
    const verdict = accepted(await store.transact((tx) => notes.add(tx, 'one', commit)))
    assert.equal(verdict.version, 2)
    assert.equal(verdict.status, 'running')
    assert.deepEqual(await notes.all(), ['one'])
    const entry = (await store.journal({ runId: run.runId }))[1]
    assert.deepEqual([entry?.step, entry?.payload, entry?.meta.agent], ['a', { n: 1 }, 'x'])
    assert.equal(typeof entry?.meta.transaction, 'string')
    accepted(await store.commit(commitOf(run, 3, [step('b')])))
  },

  'an end of the run travels in it': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const entries = [step('a'), { kind: 'completed', payload: 7 } as const]
    const commit = commitOf(run, 2, entries, { status: 'completed' })
    const verdict = accepted(await store.transact((tx) => notes.add(tx, 'one', commit)))
    assert.equal(verdict.version, 3)
    assert.equal((await store.run(run.runId))?.status, 'completed')
  },

  'what the function throws comes back as it is, and nothing is written': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const error = new Error('no such customer')
    const thrown = await store.transact((tx) => notes.fail(tx, 'one', error)).catch((it: unknown) => it)
    assert.equal(thrown, error)
    assert.deepEqual(await notes.all(), [])
    assert.equal((await store.run(run.runId))?.version, 1)
    accepted(await store.transact((tx) => notes.add(tx, 'two', commitOf(run, 2, [step('a')]))))
    assert.deepEqual(await notes.all(), ['two'])
  },

  'a stale fence undoes what was written': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const notes = await Notes.in(store)
    const anna = await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE)
    const bob = await claimOne(store, 'bob')
    refused(
      await store.transact((tx) => notes.add(tx, 'of anna', commitOf(anna, 2, [step('a')]))),
      'stale_fence',
    )
    accepted(await store.transact((tx) => notes.add(tx, 'of bob', commitOf(bob, 2, [step('a')]))))
    assert.deepEqual(await notes.all(), ['of bob'])
  },

  'a version that is not the next one, an unknown run and a step that is there undo it': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const unknown = { ...run, runId: NOBODY }
    const attempt = (commit: Commit) => store.transact((tx) => notes.add(tx, 'no', commit))
    refused(await attempt(commitOf(run, 3, [step('a')])), 'version_conflict')
    refused(await attempt(commitOf(unknown, 2, [step('a')])), 'unknown_run')
    accepted(await store.commit(commitOf(run, 2, [step('a')])))
    refused(await attempt(commitOf(run, 3, [step('a')])), 'duplicate_step')
    accepted(await store.commit(commitOf(run, 3, [{ kind: 'completed' }], { status: 'completed' })))
    refused(await attempt(commitOf(run, 4, [step('b')])), 'finished')
    assert.deepEqual(await notes.all(), [])
  },

  'the same again is another transaction, and is refused': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const commit = commitOf(run, 2, [step('a')])
    accepted(await store.transact((tx) => notes.add(tx, 'first', commit)))
    refused(await store.transact((tx) => notes.add(tx, 'second', commit)), 'version_conflict')
    refused(await store.commit(commit), 'version_conflict')
    assert.deepEqual(await notes.all(), ['first'])
  },

  'a commit without an entry is refused': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    await rejects(
      store.transact((tx) => notes.add(tx, 'no', commitOf(run, 2, []))),
      'INVALID_ARGUMENT',
    )
    assert.deepEqual(await notes.all(), [])
  },

  'many at once, beside commits of the same and of other runs': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const write = async (name: string): Promise<void> => {
      const run = await heldRun(store)
      for (let version = 2; version < 8; version += 2) {
        const commit = commitOf(run, version, [step(`t${version}`)])
        accepted(await store.transact((tx) => notes.add(tx, `${name} ${version}`, commit)))
        accepted(await store.commit(commitOf(run, version + 1, [step(`s${version}`)])))
      }
    }
    await Promise.all(Array.from({ length: 12 }, (_, index) => write(`${index}`)))
    assert.equal((await notes.all()).length, 36)
  },

  'one that ends its transaction itself is told so': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const commit = commitOf(run, 2, [step('a')])
    for (const sql of ['rollback', 'commit', 'commit; begin']) {
      const work = (tx: Transaction) => {
        if (tx.engine === 'postgres') return tx.client.query(sql).then(() => commit)
        tx.db.exec(sql)
        return commit
      }
      await rejects(store.transact(work), 'TRANSACTION_MISUSED')
    }
    assert.equal((await store.run(run.runId))?.version, 1)
    accepted(await store.transact((tx) => notes.add(tx, 'well', commit)))
  },

  'nothing can be asked of it afterwards': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    let kept: Transaction | undefined
    accepted(
      await store.transact((tx) => {
        kept = tx
        return notes.add(tx, 'one', commitOf(run, 2, [step('a')]))
      }),
    )
    const late = async () =>
      kept?.engine === 'postgres' ? kept.client.query('select 1') : kept?.db.exec('select 1')
    await rejects(late(), 'TRANSACTION_MISUSED')
  },

  'after the close it is refused, and one under way is written': async (harness) => {
    const store = await harness.open()
    const notes = await Notes.in(store)
    const run = await heldRun(store)
    const underWay = store.transact((tx) => notes.add(tx, 'one', commitOf(run, 2, [step('a')])))
    const closed = store.close()
    accepted(await underWay)
    await closed
    await rejects(
      store.transact(() => commitOf(run, 3, [step('b')])),
      'STORE_CLOSED',
    )
  },
}).map((one) => ({ ...one, needs: 'transactions' }))
