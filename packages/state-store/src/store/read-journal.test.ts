import { expect, test } from 'vitest'
import type { Entry } from '../contract/entry.ts'
import type { Run } from '../contract/run.ts'
import { readJournal } from './read-journal.ts'

// What becomes of a journal while it is read in several pages: it must not be told as whole when it is not.

const entries = (from: number, to: number): readonly Entry[] =>
  Array.from(
    { length: to - from + 1 },
    (_, index) => ({ version: from + index, kind: 'step_completed' }) as Entry,
  )

/** A reader whose pages and run are as given, the pages one after the other. */
const reader = (pages: readonly (readonly Entry[])[], run: Partial<Run> | undefined) => {
  let read = 0
  return {
    namespace: 'default',
    async entries() {
      const items = pages[read++] ?? []
      return { items, next: read < pages.length ? String(read) : null }
    },
    run: async () => run as Run | undefined,
  }
}

const read = (pages: readonly (readonly Entry[])[], run: Partial<Run> | undefined, version?: number) =>
  readJournal(reader(pages, run), { runId: 'r', ...(version === undefined ? {} : { version }) })

const whole = { version: 20, compactedAt: null }

test('pages that belong together are one journal', async () => {
  expect((await read([entries(1, 10), entries(11, 20)], whole)).length).toBe(20)
  expect((await read([entries(1, 10), []], { ...whole, version: 10 }, 10)).length).toBe(10)
})

test('a run that is pruned between two pages is not there', async () => {
  await expect(read([entries(1, 10), []], undefined)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  await expect(read([[]], undefined)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('a run that is compacted between two pages is said to be so', async () => {
  const compacted = { version: 20, compactedAt: 5 }
  const left = [{ version: 19, kind: 'compacted' } as Entry, ...entries(20, 20)]
  for (const version of [undefined, 20]) {
    const reading = read([entries(1, 10), left], compacted, version)
    await expect(reading).rejects.toMatchObject({ code: 'RUN_COMPACTED' })
  }
})

test('a version that is not there yet is told with those that are', async () => {
  await expect(read([entries(1, 20)], whole, 21)).rejects.toMatchObject({
    code: 'VERSION_NOT_FOUND',
    message: expect.stringContaining('1 to 20'),
  })
})
