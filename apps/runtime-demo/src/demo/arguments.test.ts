import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.ts'

const read = (...argv: string[]) => readArguments(argv, '/home/me/project', '/repository')

describe('readArguments', () => {
  it('audits the repository when nothing is said', () => {
    expect(read()).toEqual({
      workflow: 'security-audit',
      path: '/repository',
      json: false,
      home: '/home/me/project/.pawl',
    })
  })

  it.each([
    [['security-audit', '.'], '/home/me/project'],
    [['security-audit', 'src/a b'], '/home/me/project/src/a b'],
    [['security-audit', '/srv/x', '--json'], '/srv/x'],
  ])('resolves the path of %j against where the user stands', (argv, path) => {
    expect(read(...argv)).toMatchObject({ path, json: argv.includes('--json') })
  })

  it('knows when help is wanted', () => {
    expect(read('--help')).toBe('help')
  })

  it.each([[['dance']], [['security-audit', 'a', 'b']], [['--loud']]])(
    'refuses %j with the usage',
    (argv) => {
      expect(() => read(...argv)).toThrow(/Usage: npm run demo/)
    },
  )
})
