import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GraphStep } from '../define/graph.ts'
import type { GraphForm } from '../define/workflow.ts'
import { decide, type GraphState, viewOf } from './decide.ts'

const step = (name: string, after: readonly string[] = [], when?: GraphStep['when']): GraphStep => ({
  name,
  after,
  run: () => null,
  ...(when === undefined ? {} : { when }),
})

const form = (steps: readonly GraphStep[], concurrency = Number.POSITIVE_INFINITY): GraphForm => ({
  kind: 'graph',
  steps,
  output: undefined,
  concurrency,
})

const state = (known: Partial<GraphState> = {}): GraphState => ({
  input: null,
  results: {},
  skipped: new Set(),
  failed: new Set(),
  running: new Set(),
  parked: new Set(),
  ...known,
})

const decided = (graph: GraphForm, known: Partial<GraphState> = {}) => {
  const { start, skip, end } = decide(graph, state(known))
  return { start: start.map(({ name }) => name), skip, end }
}

const no = () => false
const diamond = form([step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])])

describe('decide', () => {
  it.each<[string, GraphForm, Partial<GraphState>, ReturnType<typeof decided>]>([
    ['starts what waits for nothing', diamond, {}, { start: ['a'], skip: [], end: null }],
    [
      'starts siblings side by side',
      diamond,
      { results: { a: 1 } },
      { start: ['b', 'c'], skip: [], end: null },
    ],
    [
      'does not start what runs',
      diamond,
      { results: { a: 1 }, running: new Set(['b']) },
      { start: ['c'], skip: [], end: null },
    ],
    [
      'waits for all of after',
      diamond,
      { results: { a: 1, b: 1 }, running: new Set(['c']) },
      { start: [], skip: [], end: null },
    ],
    [
      'completes when all have results, falsy ones too',
      diamond,
      { results: { a: null, b: false, c: 0, d: '' } },
      { start: [], skip: [], end: 'completed' },
    ],
    [
      'starts nothing after a failure, and waits for what runs',
      diamond,
      { results: { a: 1 }, failed: new Set(['b']), running: new Set(['c']) },
      { start: [], skip: [], end: null },
    ],
    [
      'fails once nothing runs',
      diamond,
      { results: { a: 1, c: 1 }, failed: new Set(['b']) },
      { start: [], skip: [], end: 'failed' },
    ],
    [
      'skips a step whose when is false, and what comes after it alone',
      form([step('a', [], no), step('b', ['a']), step('c', ['b']), step('d')]),
      {},
      { start: ['d'], skip: ['a', 'b', 'c'], end: null },
    ],
    [
      'runs a step one of whose predecessors was not skipped',
      form([step('a', [], no), step('b'), step('c', ['a', 'b'])]),
      { results: { b: 1 } },
      { start: ['c'], skip: ['a'], end: null },
    ],
    [
      'names only new skips',
      form([step('a', [], no), step('b', ['a'])]),
      { skipped: new Set(['a']) },
      { start: [], skip: ['b'], end: 'completed' },
    ],
    [
      'completes when everything is skipped',
      form([step('a', [], no)]),
      {},
      { start: [], skip: ['a'], end: 'completed' },
    ],
    [
      'starts no more than concurrency allows',
      form([step('a'), step('b'), step('c')], 2),
      { running: new Set(['a']) },
      { start: ['b'], skip: [], end: null },
    ],
    [
      'starts nothing when all places are taken',
      form([step('a'), step('b')], 1),
      { running: new Set(['a']) },
      { start: [], skip: [], end: null },
    ],
    [
      'is not confused by names of object members',
      form([step('toString'), step('b', ['toString'])]),
      {},
      { start: ['toString'], skip: [], end: null },
    ],
  ])('%s', (_what, graph, known, expected) => {
    expect(decided(graph, known)).toEqual(expected)
  })

  it('shows a when function the input and the results that it comes after, no others', () => {
    const seen: unknown[] = []
    const graph = form([
      step('a'),
      step('b'),
      step('c', ['a'], (view) => {
        seen.push(view)
        return true
      }),
    ])
    decide(graph, state({ input: 'in', results: { a: 1, b: 2 } }))
    expect(seen).toEqual([{ input: 'in', results: { a: 1 } }])
    expect(viewOf(graph.steps[2]!, { input: 0, results: {} })).toEqual({ input: 0, results: {} })
  })

  it('passes on what a when function throws', () => {
    const graph = form([
      step('a', [], () => {
        throw new Error('when broke')
      }),
    ])
    expect(() => decide(graph, state())).toThrow('when broke')
  })

  it('ends every graph, never starting a step before its predecessors or twice', () => {
    const graphs = fc.array(fc.record({ after: fc.array(fc.nat(), { maxLength: 3 }), skip: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 3 }), (drafts, concurrency) => {
        const steps = drafts.map(({ after, skip }, index) => {
          const names = index === 0 ? [] : [...new Set(after.map((number) => `s${number % index}`))]
          return step(`s${index}`, names, skip ? no : undefined)
        })
        const results: Record<string, number> = {}
        const skipped = new Set<string>()
        for (let round = 0; round <= steps.length; round++) {
          const { start, skip, end } = decide(form(steps, concurrency), state({ results, skipped }))
          for (const name of skip) skipped.add(name)
          if (end !== null) {
            expect(end).toBe('completed')
            expect(Object.keys(results).length + skipped.size).toBe(steps.length)
            return
          }
          expect(start.length).toBeGreaterThan(0)
          expect(start.length).toBeLessThanOrEqual(concurrency)
          for (const { name, after } of start) {
            expect(results[name]).toBeUndefined()
            expect(after.every((before) => before in results || skipped.has(before))).toBe(true)
            results[name] = round
          }
        }
        throw new Error('the graph did not end')
      }),
    )
  })
})
