import { describe, expect, it } from 'vitest'
import { checkGraph, type GraphStep } from './graph.ts'

const steps = (graph: { readonly [name: string]: readonly string[] }): GraphStep[] =>
  Object.entries(graph).map(([name, after]) => ({ name, after, run: () => null }))

describe('checkGraph', () => {
  it('accepts a diamond', () => {
    expect(() => checkGraph('w', steps({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }))).not.toThrow()
  })

  it.each([
    ['no steps', {}, 'INVALID_DEFINITION', /'w' has no steps.*\.step\(\)/],
    ['a missing step', { a: ['b'] }, 'MISSING_STEP', /'a' of workflow 'w' comes after 'b'.*steps are: a/],
    ['itself', { a: ['a'] }, 'CYCLE', /a → a/],
    ['a long cycle', { x: [], a: ['c', 'x'], b: ['a'], c: ['b'] }, 'CYCLE', /'w'.*a → c → b → a/],
  ])('refuses %s', (_what, graph, code, message) => {
    const act = () => checkGraph('w', steps(graph as never))
    expect(act).toThrow(expect.objectContaining({ code }))
    expect(act).toThrow(message)
  })

  it('takes a chain of thousands of steps', () => {
    const chain = Array.from({ length: 3_000 }, (_step, index) => [
      `s${index}`,
      index === 0 ? [] : [`s${index - 1}`],
    ])
    expect(() => checkGraph('w', steps(Object.fromEntries(chain.reverse())))).not.toThrow()
  })
})
