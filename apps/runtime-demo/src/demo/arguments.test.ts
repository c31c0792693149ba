import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.ts'

const read = (...argv: string[]) => readArguments(argv, '/home/me/project', '/repository')

describe('readArguments', () => {
  it('runs all three on the repository when nothing is said, kills one worker and takes another run back', () => {
    const wanted = read()
    expect(wanted).toMatchObject({
      victim: 'security-audit',
      rolledBack: 'content-strategy',
      json: false,
      home: '/home/me/project/.pawl',
    })
    expect(wanted !== 'help' && wanted.orders.map(({ workflow }) => workflow)).toEqual([
      'security-audit',
      'content-strategy',
      'feature-development',
    ])
  })

  it.each([
    [['security-audit'], '/repository'],
    [['security-audit', '.'], '/home/me/project'],
    [['security-audit', 'src/a b'], '/home/me/project/src/a b'],
    [['security-audit', '/srv/x', '--json'], '/srv/x'],
  ])('resolves the path of %j against where the user stands', (argv, path) => {
    expect(read(...argv)).toEqual({
      orders: [{ workflow: 'security-audit', path }],
      victim: 'security-audit',
      rolledBack: undefined,
      json: argv.includes('--json'),
      home: '/home/me/project/.pawl',
    })
  })

  it('takes several words for one topic or request', () => {
    expect(read('content-strategy', 'durable', 'workflows', '--sources', 'docs')).toMatchObject({
      orders: [
        { workflow: 'content-strategy', topic: 'durable workflows', sources: '/home/me/project/docs' },
      ],
    })
    expect(read('feature-development', '--repo=.', 'limit the retries')).toMatchObject({
      orders: [{ workflow: 'feature-development', request: 'limit the retries', repo: '/home/me/project' }],
    })
  })

  it('kills no worker when told so', () => {
    expect(read('security-audit', '--no-kill')).toMatchObject({ victim: undefined })
  })

  it('knows when help is wanted', () => {
    expect(read('--help')).toBe('help')
  })

  it.each([
    [['dance'], "There is no workflow 'dance'"],
    [['security-audit', 'a', 'b'], 'Too many arguments: b'],
    [['--loud'], "Unknown option '--loud'"],
    [['--no-kill'], '--no-kill needs a workflow'],
    [['security-audit', '--sources', 'a'], '--sources needs another workflow'],
    [['content-strategy', '--sources', 'a'], 'content-strategy needs a topic'],
    [['content-strategy', 'pawls'], 'content-strategy needs --sources <dir>'],
    [['content-strategy', 'pawls', '--sources', ''], 'content-strategy needs --sources <dir>'],
    [['content-strategy', 'x'.repeat(301), '--sources', 'a'], '300 characters at most'],
    [['feature-development', 'a', '--sources', 'b'], '--sources needs content-strategy'],
    [['feature-development', 'a'], 'feature-development needs --repo <dir>'],
  ])('refuses %j with the reason and the usage', (argv, reason) => {
    expect(() => read(...argv)).toThrow(reason)
    expect(() => read(...argv)).toThrow(/Usage:\n {2}npm run demo/)
  })
})
