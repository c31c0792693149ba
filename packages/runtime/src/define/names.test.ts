import { describe, expect, it } from 'vitest'
import { checkId, checkUserName, keyAsName } from './names.ts'

describe('checkId', () => {
  it.each(['a', 'content-strategy', 'a_b.c-d', 'x'.repeat(128)])('takes %s', (id) => {
    expect(checkId('workflow', id)).toBe(id)
  })

  it.each([
    '',
    'a b',
    'a..b',
    '.a',
    'a/b',
    'workflow:x',
    '__proto__',
    'constructor',
    'é',
    'x'.repeat(129),
    7,
  ])('refuses %s', (id) => {
    const act = () => checkId('agent', id as string)
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }))
    expect(act).toThrow('agent name')
  })
})

describe('checkUserName', () => {
  it.each(['a', 'create account', 'größe 🜁', 'x'.repeat(200)])('takes %s', (name) => {
    expect(checkUserName('step', name)).toBe(name)
  })

  it.each([
    ['', 'is empty'],
    [undefined, 'is empty'],
    ['a#2', "contains '#'"],
    ['a/b', "contains '#'"],
    ['a:b', "contains '#'"],
    ['a\u0000b', 'U+0000'],
    ['a\ud800', 'surrogate'],
    ['__proto__', 'reserved'],
    ['prototype', 'reserved'],
    ['x'.repeat(1_000_000), 'longer than 200'],
  ])('refuses %j', (name, why) => {
    const act = () => checkUserName('step', name as string)
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }))
    expect(act).toThrow(why)
    expect(() => act()).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/x{100}/) }))
  })
})

describe('keyAsName', () => {
  it('encodes what separates names, and nothing else', () => {
    expect(keyAsName('a b')).toBe('a b')
    expect(keyAsName('a%2Fb#:/\u0000')).toBe('a%252Fb%23%3A%2F%00')
    expect(keyAsName('\ud800')).toBe('\ufffd')
  })
})
