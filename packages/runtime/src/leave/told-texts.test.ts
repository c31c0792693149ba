import type { Entry, EntryKind, EntryMeta } from '@pawl/state-store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Chunk, ToldTexts } from './told-texts.ts'

const chunk = (offset: number, text: string, more: Partial<Chunk> = {}): Chunk => ({
  step: 'a',
  epoch: 0,
  fence: 1,
  attempt: 1,
  offset,
  text,
  at: 0,
  ...more,
})

const entry = (version: number, kind: EntryKind, meta: EntryMeta = {}, more: Partial<Entry> = {}): Entry => ({
  version,
  epoch: 0,
  fence: 1,
  kind,
  step: kind.startsWith('step') ? 'a' : null,
  hash: null,
  at: 0,
  format: 1,
  payload: null,
  meta,
  ...more,
})

/** What is told, as words. */
function told(texts: ToldTexts, given: Chunk | Entry): string[] {
  const news = 'kind' in given ? [...texts.before(given)] : [...texts.take(given)]
  if ('kind' in given) texts.note(given)
  return news.map((one) => {
    if (one.type === 'output') return `${one.offset} ${one.text}`
    return one.type === 'output_rewind' ? `rewind ${one.to}` : `ended ${one.length}`
  })
}

describe('texts', () => {
  it('are told once, however chunks overlap, repeat and come late', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(fc.tuple(fc.nat(40), fc.nat(12)), { maxLength: 20 }),
        (text, cuts) => {
          const texts = new ToldTexts()
          let seen = ''
          const show = (one: Chunk) => {
            if (texts.misses(one)) return
            for (const news of texts.take(one)) {
              expect(news).toMatchObject({ type: 'output', offset: seen.length })
              if (news.type === 'output') seen += news.text
            }
          }
          for (const [from, length] of cuts)
            show(chunk(from % text.length, text.slice(from % text.length).slice(0, length)))
          expect(text.startsWith(seen)).toBe(true)
          show(chunk(0, text))
          expect(seen).toBe(text)
        },
      ),
    )
  })

  it('begin anew with a later attempt, fence or epoch; older ones say nothing more', () => {
    const texts = new ToldTexts()
    expect(told(texts, chunk(0, 'one'))).toEqual(['0 one'])
    expect(told(texts, chunk(0, '', { attempt: 2 }))).toEqual(['rewind 0'])
    expect(told(texts, chunk(3, ' late'))).toEqual([])
    expect(told(texts, chunk(0, 'two', { attempt: 2 }))).toEqual(['0 two'])
    expect(told(texts, chunk(0, 'three', { fence: 2 }))).toEqual(['rewind 0', '0 three'])
    expect(told(texts, chunk(0, 'zombie', { attempt: 9 }))).toEqual([])
    expect(told(texts, chunk(0, 'four', { epoch: 1, fence: 3 }))).toEqual(['rewind 0', '0 four'])
  })

  it('keep what a new attempt says that it goes on with', () => {
    const texts = new ToldTexts()
    told(texts, chunk(0, 'once upon'))
    expect(told(texts, chunk(5, '', { attempt: 2 }))).toEqual(['rewind 5'])
    expect(told(texts, chunk(5, 'more', { attempt: 2 }))).toEqual(['5 more'])
  })

  it('rewind for readers of whom nobody knows what they hold', () => {
    expect(told(new ToldTexts(), chunk(0, 'x', { attempt: 2 }))).toEqual(['rewind 0', '0 x'])
    expect(told(new ToldTexts(), chunk(0, 'x', { epoch: 1 }))).toEqual(['rewind 0', '0 x'])
    expect(told(new ToldTexts(), chunk(0, 'x', { fence: 5 }))).toEqual(['0 x'])
  })

  it('know what is missing', () => {
    const texts = new ToldTexts()
    expect(texts.misses(chunk(0, 'x'))).toBe(false)
    expect(texts.misses(chunk(1, 'x'))).toBe(true)
    told(texts, chunk(0, 'one'))
    expect(texts.misses(chunk(3, 'x'))).toBe(false)
    expect(texts.misses(chunk(4, 'x'))).toBe(true)
    expect(texts.misses(chunk(4, 'x', { attempt: 2 }))).toBe(true)
    expect(texts.lacks(entry(2, 'step_completed', { outputLength: 3, attempts: 1 }))).toBe(false)
    expect(texts.lacks(entry(2, 'step_completed', { outputLength: 4, attempts: 1 }))).toBe(true)
    expect(texts.lacks(entry(2, 'step_completed', { outputLength: 1, attempts: 2 }))).toBe(true)
    expect(texts.lacks(entry(2, 'step_completed', { attempts: 2 }))).toBe(false)
  })

  it('end with the entry of their step, and are told no more', () => {
    const texts = new ToldTexts()
    told(texts, chunk(0, 'one'))
    expect(told(texts, entry(2, 'step_completed', { outputLength: 3, attempts: 1 }))).toEqual(['ended 3'])
    expect(texts.positions.size).toBe(0)
    expect(told(texts, chunk(3, ' late'))).toEqual([])
    expect(texts.misses(chunk(9, 'late'))).toBe(false)
  })

  it('go with a last attempt that wrote nothing', () => {
    const texts = new ToldTexts()
    told(texts, chunk(0, 'one'))
    expect(told(texts, entry(2, 'step_failed', { attempts: 2 }))).toEqual(['rewind 0'])
  })

  it('go with a rollback if they are behind it, and with a run that is taken over if they are under way', () => {
    const texts = new ToldTexts()
    const done = (version: number, step: string) =>
      entry(version, 'step_completed', { outputLength: 1, attempts: 1 }, { step })
    for (const [index, step] of ['a', 'b'].entries()) {
      told(texts, chunk(0, 'x', { step }))
      told(texts, done(index + 2, step))
    }
    told(texts, chunk(0, 'x', { step: 'c' }))
    const back = [...texts.before(entry(4, 'rolled_back', { toVersion: 2 }, { epoch: 1, fence: 2 }))]
    expect(back.map(({ type, step }) => [type, step])).toEqual([
      ['output_rewind', 'b'],
      ['output_rewind', 'c'],
    ])
    texts.note(entry(4, 'rolled_back', { toVersion: 2 }, { epoch: 1, fence: 2 }))
    const again = { step: 'b', epoch: 1, fence: 3 }
    expect(told(texts, chunk(0, 'y', again))).toEqual(['0 y'])
    expect(told(texts, entry(5, 'resumed', {}, { epoch: 1, fence: 4 }))).toEqual(['rewind 0'])
    expect(told(texts, chunk(1, 'z', again))).toEqual([])
  })

  it('go on from positions, told or not', () => {
    const of = { epoch: 0, fence: 1, attempt: 1 }
    const texts = new ToldTexts()
    texts.restore(new Map([['a', { ...of, end: 3, ended: true }]]))
    expect(told(texts, chunk(0, 'one'))).toEqual([])
    expect(told(texts, entry(2, 'step_completed', { outputLength: 3, attempts: 1 }))).toEqual([])
  })
})
