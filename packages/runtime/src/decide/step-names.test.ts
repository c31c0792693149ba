import { describe, expect, it } from 'vitest'
import { NameScope } from './step-names.ts'

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

describe('NameScope', () => {
  it('numbers repetitions in sequence', () => {
    const scope = new NameScope()
    const names = [1, 2, 3].map(() => {
      const taken = scope.take('step', 'a')
      taken.free()
      return taken.full
    })
    expect(names).toEqual(['a', 'a#2', 'a#3'])
  })

  it('refuses a name that is under way', () => {
    const scope = new NameScope()
    scope.take('step', 'a')
    expect(codeOf(() => scope.take('step', 'a'))).toBe('AMBIGUOUS_STEP')
    expect(() => scope.take('step', 'a')).toThrow(/'a' is under way.*'key'.*ctx\.all or ctx\.map/s)
  })

  it('lets keys and kinds tell names apart', () => {
    const scope = new NameScope()
    expect(scope.take('step', 'a', '1').full).toBe('a:1')
    expect(scope.take('step', 'a', '2').full).toBe('a:2')
    expect(scope.take('signal', 'a').full).toBe('a')
    expect(scope.take('step', 'a').full).toBe('a')
  })

  it('gives branches scopes of their own', () => {
    const scope = new NameScope()
    const first = scope.branches('all')
    const second = scope.branches('all')
    expect(first('x').take('step', 'a').full).toBe('all:x/a')
    expect(first('y').take('step', 'a').full).toBe('all:y/a')
    expect(second('x').take('step', 'a').full).toBe('all#2:x/a')
    const nested = first('x').branches('map')
    expect(nested('0').take('step', 'a').full).toBe('all:x/map:0/a')
  })

  it.each([
    ['a/b', 'x:a%2Fb/s'],
    ['a#2', 'x:a%232/s'],
    ['50%', 'x:50%25/s'],
    ['a:b', 'x:a%3Ab/s'],
    ['a\u0000b', 'x:a%00b/s'],
  ])('encodes the key %j', (key, expected) => {
    const full = new NameScope().branches('all')(key).take('step', 's').full
    expect(full.replace(/^all:/, 'x:')).toBe(expected)
  })

  it('refuses names with branches and keys that the store could not keep', () => {
    const long = 'k'.repeat(600)
    expect(codeOf(() => new NameScope().take('step', 'a', long))).toBe('INVALID_NAME')
    expect(codeOf(() => new NameScope().branches('map')(long).take('step', 'a'))).toBe('INVALID_NAME')
  })
})
