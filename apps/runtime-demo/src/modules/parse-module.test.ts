import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Module } from './module.ts'
import { loadModuleParser } from './parse-module.ts'

const parse = await loadModuleParser()

function read(text: string, path = 'src/a.ts'): Module {
  const parsed = parse(path, text)
  if (!parsed.ok) throw new Error(parsed.detail)
  return parsed.module
}

const imports = (text: string, path?: string) =>
  read(text, path).imports.map(({ specifier, line, isTypeOnly, names }) =>
    [specifier, line, isTypeOnly ? 'type' : 'value', names.join(' ')].join(' '),
  )

describe('imports', () => {
  it('finds every way to import, with its line and names', () => {
    const text = [
      "import def, { one, type Two as T } from './a.ts'",
      "import type { Three } from './b.ts'",
      "import * as all from 'c'",
      "import './side.ts'",
      "export { x } from './d.ts'",
      "export * from './e.ts'",
      "const later = await import('./f.ts')",
      "const old = require('./g')",
    ].join('\n')
    expect(imports(text)).toEqual([
      './a.ts 1 value default one Two',
      './b.ts 2 type Three',
      'c 3 value *',
      './side.ts 4 value ',
      './d.ts 5 value x',
      './e.ts 6 value *',
      './f.ts 7 value *',
      './g 8 value *',
    ])
  })

  it('takes no text for an import', () => {
    expect(imports("// import './a.ts'\nconst b = `import './b.ts'`\nrequire(b)\n")).toEqual([])
  })
})

describe('exports', () => {
  const named = (text: string, path?: string) =>
    Object.fromEntries(read(text, path).exports.map((one) => [one.name, one]))

  it('knows what each is, and its signature without the body', () => {
    const text = [
      '/** Adds. Throws RangeError. */',
      'export async function add(a: number, b = 2, ...more: number[]): Promise<number> {',
      '  return a + b',
      '}',
      'export const twice = (value: string) => value + value',
      'export interface Options { readonly name: string; deep?: boolean; run(): void }',
      "export type Kind = 'a' | 'b'",
      'export class Box { #secret = 1; constructor(readonly size: number) {} open(): void {} }',
      'const hidden = 1',
      'export { hidden as shown }',
      'export default hidden',
    ].join('\n')
    const all = named(text)
    expect(
      Object.entries(all).map(([name, { kind, citation }]) => `${name} ${kind} ${citation.line}`),
    ).toEqual([
      ...['add function 2', 'twice function 5', 'Options interface 6', 'Kind type 7', 'Box class 8'],
      ...['shown value 9', 'default value 9'],
    ])
    expect(all.add).toMatchObject({ doc: 'Adds. Throws RangeError.', isAsync: true })
    expect(all.add!.signature).toBe(
      'export async function add(a: number, b = 2, ...more: number[]): Promise<number>',
    )
    expect(all.add!.parameters).toEqual([
      { name: 'a', type: 'number', isOptional: false },
      { name: 'b', type: null, isOptional: true },
      { name: '...more', type: 'number[]', isOptional: true },
    ])
    expect(all.Options!.members.map(({ name, isOptional }) => [name, isOptional])).toEqual([
      ['name', false],
      ['deep', true],
      ['run()', false],
    ])
    expect(all.Box!.members.map(({ name }) => name)).toEqual(['open()'])
    expect(all.Box!.parameters).toEqual([{ name: 'size', type: 'number', isOptional: false }])
  })

  it('reads what CommonJS hands out', () => {
    const text =
      'class A {}\nfunction f (x) {}\nmodule.exports = exports = A\nexports.f = f\nmodule.exports.g = 1\n'
    expect(Object.values(named(text, 'a.js')).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      ...['default class', 'f value', 'g value'],
    ])
    expect(Object.keys(named('const a = 1\nmodule.exports = { a, b: 2 }\n', 'a.cjs'))).toEqual(['a', 'b'])
  })
})

describe('a module', () => {
  it('is a test by its name, and tells its titles', () => {
    const { isTest, tests } = read(
      "it('adds', () => {})\ntest.skip('waits', () => {})\ndescribe('x', () => {})",
      'a.test.ts',
    )
    expect(isTest).toBe(true)
    expect(tests).toEqual([
      { title: 'adds', line: 1 },
      { title: 'waits', line: 2 },
    ])
  })

  it('is none if it does not parse', () => {
    expect(parse('a.ts', 'export const = 1')).toMatchObject({ ok: false })
  })

  it('never throws, and cites lines that are there', () => {
    const piece = fc.constantFrom(
      ...[
        'export ',
        'const a = 1\n',
        'function f(',
        ') {}\n',
        '{',
        '}',
        '\r\n',
        '/** x */\n',
        'default ',
        "from './a'\n",
      ],
      ...[
        'import ',
        '* as b ',
        'class C {}\n',
        'type T = { a?: 1 }\n',
        'é',
        '`${',
        'module.exports = ',
        'async () => ',
      ],
    )
    const text = fc.array(piece, { maxLength: 20 }).map((all) => all.join(''))
    const property = fc.property(text, (one) => {
      const parsed = parse('a.ts', one)
      if (!parsed.ok) return true
      const { exports, lines } = parsed.module
      return exports.every(({ citation }) => lines[citation.line - 1]?.includes(citation.quote))
    })
    fc.assert(property, { numRuns: 300 })
  })
})
