import assert from 'node:assert/strict'
import type { KeptChunk, OutputChunk } from '../contract/output.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import {
  claimOne,
  finish,
  type HeldRun,
  heldRun,
  NOBODY,
  NOON,
  readyRun,
  rejects,
  step,
  write,
} from './given.ts'

/** A chunk of the first attempt of step `a`. */
const chunkOf = (run: HeldRun, offset: number, text: string, more: Partial<OutputChunk> = {}) => ({
  runId: run.runId,
  step: 'a',
  epoch: 0,
  fence: run.fence,
  attempt: 1,
  offset,
  text,
  ...more,
})

/** The output of a run once all has left. */
async function outputOf(store: StateStore, runId: string): Promise<readonly KeptChunk[]> {
  await store.output.flush()
  return store.output.read({ runId })
}

const textOf = (chunks: readonly KeptChunk[]): string => chunks.map(({ text }) => text).join('')

const HOSTILE: { readonly [what: string]: string } = {
  'U+0000': 'a\u0000b',
  'half surrogate pairs': '\ud83d|\udc00',
  'a pair that two chunks share': '👍'.repeat(3),
  'text that looks like SQL': "'); drop table run; --",
  'text that looks like JSON': '","payload":null}',
  'separators of lines': '\r\n\u2028\u2029\ufeff',
  'a mebibyte in one chunk': 'ä'.repeat(1024 * 1024 - 3),
}

export const outputCases = casesOf('output', {
  'a chunk is kept with everything that is known of it': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store)
    store.output.write(chunkOf(run, 7, 'Dear Bea', { step: 'draft', epoch: 3, attempt: 2 }))
    const [{ place, ...chunk }, ...others] = (await outputOf(store, run.runId)) as [KeptChunk]
    const about = { step: 'draft', epoch: 3, fence: run.fence, attempt: 2 }
    assert.deepEqual(chunk, { at: NOON, ...about, offset: 7, text: 'Dear Bea' })
    assert.ok(place > 0)
    assert.deepEqual(others, [])
    assert.equal(store.output.dropped(), 0)
  },

  'what was written before a commit is there when the commit is': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    for (let version = 2; version < 12; version++) {
      store.output.write(chunkOf(run, version, `${version}`))
      await write(store, run, version, [step(`s${version}`)])
      assert.equal((await store.output.read({ runId: run.runId })).at(-1)?.text, `${version}`)
    }
  },

  'chunks that follow one another are the same text, however they are cut': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    let text = ''
    for (let number = 0; number < 500; number++) {
      const token = `token ${number} `
      store.output.write(chunkOf(run, text.length, token))
      text += token
      if (number % 100 === 0) await store.output.flush()
    }
    const kept = await outputOf(store, run.runId)
    assert.equal(textOf(kept), text)
    for (const { offset, text: part } of kept) assert.equal(part, text.slice(offset, offset + part.length))
  },

  'attempts and steps keep their texts apart': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    store.output.write(chunkOf(run, 0, 'one'))
    store.output.write(chunkOf(run, 0, 'other', { step: 'b' }))
    store.output.write(chunkOf(run, 0, '', { attempt: 2 }))
    store.output.write(chunkOf(run, 0, 'two', { attempt: 2 }))
    store.output.write(chunkOf(run, 3, ' more', { attempt: 2 }))
    const kept = (await outputOf(store, run.runId)).map(({ step: name, attempt, offset, text }) => [
      name,
      attempt,
      offset,
      text,
    ])
    assert.deepEqual(kept, [
      ['a', 1, 0, 'one'],
      ['b', 1, 0, 'other'],
      ['a', 2, 0, ''],
      ['a', 2, 0, 'two more'],
    ])
  },

  'a reader that goes on from the last place sees each chunk once': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const seen: KeptChunk[] = []
    for (let number = 0; number < 20; number++) {
      store.output.write(chunkOf(run, number, 'x', { step: `s${number % 3}` }))
      await store.output.flush()
      if (number % 4 > 0) continue
      const after = seen.at(-1)?.place ?? 0
      for (let page = await store.output.read({ runId: run.runId, after, limit: 3 }); page.length > 0; ) {
        seen.push(...page)
        assert.ok(seen.length <= 17, 'no chunk comes twice')
        page = await store.output.read({ runId: run.runId, after: seen.at(-1)!.place, limit: 3 })
      }
    }
    assert.deepEqual(
      seen.map(({ offset }) => offset),
      Array.from({ length: 17 }, (_, index) => index),
    )
  },

  'of each run the newest part is kept': async (harness) => {
    const store = await harness.open({ telemetry: { maxOutputPerRun: 1_000 } })
    const [run, other] = [await heldRun(store), await heldRun(store)]
    store.output.write(chunkOf(other, 0, 'small'))
    for (let offset = 0; offset < 5_000; offset += 100) {
      store.output.write(chunkOf(run, offset, 'x'.repeat(100), { step: `s${offset}` }))
      if (offset % 300 === 0) await store.output.flush()
    }
    const kept = await outputOf(store, run.runId)
    assert.equal(kept.at(-1)?.offset, 4_900)
    assert.ok(textOf(kept).length > 500 && textOf(kept).length <= 1_000)
    assert.equal(textOf(await outputOf(store, other.runId)), 'small')
  },

  'what comes too fast is dropped and counted': async (harness) => {
    const store = await harness.open({ telemetry: { maxWaitingOutput: 2_000 } })
    const run = await heldRun(store)
    for (let number = 0; number < 100; number++)
      store.output.write(chunkOf(run, number * 100, 'x'.repeat(100)))
    const kept = textOf(await outputOf(store, run.runId)).length
    assert.ok(kept > 0 && kept <= 2_000)
    assert.equal(store.output.dropped(), 10_000 - kept)
    store.output.write(chunkOf(run, 10_000, 'again'))
    assert.equal((await outputOf(store, run.runId)).at(-1)?.text, 'again')
  },

  'text of a holder that lost the run is not kept': async (harness) => {
    const store = await harness.open()
    const first = await heldRun(store)
    store.output.write(chunkOf(first, 0, 'before'))
    await store.output.flush()
    await store.release(first.worker)
    const second = await claimOne(store, 'bob')
    store.output.write(chunkOf(first, 6, 'zombie'))
    await store.output.flush()
    store.output.write(chunkOf(second, 0, 'after'))
    assert.deepEqual(
      (await outputOf(store, first.runId)).map(({ text }) => text),
      ['before', 'after'],
    )
    assert.equal(store.output.dropped(), 6)
  },

  'what no run takes, or nobody can mean, is dropped and counted': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    const wrong = [
      { runId: NOBODY },
      { runId: 'no id' },
      { step: '' },
      { step: 'a\u0000' },
      { epoch: -1 },
      { fence: 1e12 },
      { attempt: 1.5 },
      { offset: Number.NaN },
    ]
    for (const more of wrong) store.output.write(chunkOf(run, 0, 'x', more))
    for (const nothing of [undefined, null, {}, { ...chunkOf(run, 0, ''), text: 7 }])
      store.output.write(nothing as unknown as OutputChunk)
    assert.deepEqual(await outputOf(store, run.runId), [])
    assert.equal(store.output.dropped(), wrong.length)
    await write(store, run, 2, [step('a')])
  },

  'a run that nobody has, has none': async (harness) => {
    const store = await harness.open()
    await rejects(store.output.read({ runId: NOBODY }), 'RUN_NOT_FOUND')
    const run = await heldRun(store)
    assert.deepEqual(await store.output.read({ runId: run.runId }), [])
    await rejects(store.output.read({ runId: run.runId, after: -1 }), 'INVALID_ARGUMENT')
    await rejects(store.output.read({ runId: run.runId, limit: 1_001 }), 'INVALID_ARGUMENT')
  },

  'it goes with a run that is pruned or compacted, and comes back to neither': async (harness) => {
    const store = await harness.open()
    const [pruned, compacted] = [await heldRun(store), await heldRun(store)]
    for (const run of [pruned, compacted]) {
      store.output.write(chunkOf(run, 0, 'text'))
      await finish(store, run, 2)
      store.confirm({ runId: run.runId, version: 2 })
    }
    // The confirmations travel with it.
    await readyRun(store)
    await store.output.flush()
    assert.ok((await store.compact(compacted.runId)).ok)
    store.output.write(chunkOf(compacted, 4, 'late'))
    assert.deepEqual(await outputOf(store, compacted.runId), [])
    await store.prune({ olderThan: 0 })
    await rejects(store.output.read({ runId: pruned.runId }), 'RUN_NOT_FOUND')
  },

  'a tenant sees and writes his own alone': async (harness) => {
    const one = await harness.open({ namespace: 'one' })
    const two = await harness.open({ namespace: 'two' })
    const run = await heldRun(one)
    two.output.write(chunkOf(run, 0, 'not mine'))
    await two.output.flush()
    assert.equal(two.output.dropped(), 8)
    assert.deepEqual(await outputOf(one, run.runId), [])
    await rejects(two.output.read({ runId: run.runId }), 'RUN_NOT_FOUND')
  },

  'it passes through the codec, and a codec that fails takes nothing along': async (harness) => {
    const seen: string[] = []
    const codec = {
      encode: (text: string) => {
        if (text.includes('broken')) throw new Error('no')
        seen.push(text)
        return Buffer.from(text).toString('base64')
      },
      decode: (text: string) => Buffer.from(text, 'base64').toString(),
    }
    const store = await harness.open({ codec })
    const run = await heldRun(store)
    store.output.write(chunkOf(run, 0, 'secret'))
    await store.output.flush()
    store.output.write(chunkOf(run, 6, 'broken'))
    await write(store, run, 2, [step('a')])
    assert.deepEqual(
      (await outputOf(store, run.runId)).map(({ text }) => text),
      ['secret'],
    )
    assert.ok(seen.includes('"secret"'))
    assert.equal(store.output.dropped(), 6)
  },

  ...Object.fromEntries(
    Object.entries(HOSTILE).map(([what, text]) => [
      `${what} survives`,
      async (harness: Parameters<(typeof outputCases)[number]['run']>[0]) => {
        const store = await harness.open()
        const run = await heldRun(store)
        const half = Math.floor(text.length / 2)
        store.output.write(chunkOf(run, 0, text.slice(0, half)))
        await store.output.flush()
        store.output.write(chunkOf(run, half, text.slice(half)))
        assert.equal(textOf(await outputOf(store, run.runId)), text)
      },
    ]),
  ),
})

export const outputHandleCases = reopeningCasesOf('output', {
  'another handle reads what was written, and goes on with it': async (harness) => {
    const one = await harness.open()
    const run = await heldRun(one)
    one.output.write(chunkOf(run, 0, 'one '))
    await one.close()
    const two = await harness.open()
    two.output.write(chunkOf(run, 4, 'two'))
    const kept = await outputOf(two, run.runId)
    assert.equal(textOf(kept), 'one two')
    assert.ok(kept[0]!.place < kept[1]!.place)
  },
})
