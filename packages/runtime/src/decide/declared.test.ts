import { describe, expect, it } from 'vitest'
import { declare } from './declared.ts'

describe('declare', () => {
  it('hashes the JSON: SHA-256 of `{"a":1}`, first 16 bytes', () => {
    expect(declare({ a: 1 }, 's')).toEqual({ hash: '015abd7f5cc57a2dd94b7590f04ad808', text: '{"a":1}' })
  })

  it('is the same for the same JSON, another for another', () => {
    expect(declare({ a: new Date(0) }, 's')).toEqual(declare({ a: '1970-01-01T00:00:00.000Z' }, 's'))
    expect(declare(1, 's').hash).not.toBe(declare('1', 's').hash)
  })

  it('shortens the text, never in the middle of a character', () => {
    const { text } = declare('𝒳'.repeat(500), 's')
    expect(text.length).toBeLessThan(130)
    expect(text.endsWith('…')).toBe(true)
    expect(text.isWellFormed()).toBe(true)
  })

  it('names the step whose input is not JSON', () => {
    expect(() => declare({ at: 1n }, 'charge')).toThrow(/input of step 'charge'.*\.at is a BigInt/)
  })
})
