import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Schema, validate } from './schema.ts'

const issues = (...paths: readonly (readonly unknown[] | undefined)[]): Schema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: () => ({
      issues: paths.map((path) => ({ message: 'bad', ...(path ? { path } : {}) })) as never,
    }),
  },
})

describe('validate', () => {
  it('passes every value without a schema', async () => {
    expect(await validate(undefined, 7, 'w')).toBe(7)
  })

  it('returns what the schema makes of the value', async () => {
    const schema = z.object({ name: z.string().trim(), count: z.number().default(3) })
    expect(await validate(schema, { name: ' x ' }, 'w')).toEqual({ name: 'x', count: 3 })
  })

  it.each([
    ['the value itself', issues(undefined), 'input: bad'],
    ['an empty path', issues([]), 'input: bad'],
    ['a nested path', issues(['a', 0, 'b']), 'input.a.0.b: bad'],
    ['path segments', issues([{ key: 'a' }, { key: Symbol('s') }]), 'input.a.Symbol(s): bad'],
    ['several issues', issues(['a'], ['b']), 'input.a: bad; input.b: bad.'],
    ['many issues', issues(...Array(12).fill(['a'])), '(and 2 more)'],
  ])('names %s', async (_what, schema, expected) => {
    const refused = validate(schema, {}, "workflow 'w'")
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    await expect(refused).rejects.toThrow("The input of workflow 'w' is invalid")
    await expect(refused).rejects.toThrow(expected)
  })
})
