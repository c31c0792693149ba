import fc from 'fast-check'
import { expect, test } from 'vitest'
import { code, message, prose } from './markdown-text.ts'
import { quoted } from './printable.ts'

/** Strings that are likely to do harm: markup, controls, marks, lone surrogates. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'|`\\<>&*_[]()!#~@:/."\n\r\t\0\u0085\u200b\u202e\u2066\ufeff\ud800'.split('')),
    fc.constantFrom('a', 'B', '1', ' ', 'é', 'www.', 'http://', '<script>', '```', '-->', '||'),
  ),
  maxLength: 40,
})

/** Code spans of tame text taken out, since in them nothing is markup. */
const outsideCode = (text: string): string => text.replace(/`[^`|<&\\\n]*`/g, '').replaceAll(/<\/?code>/g, '')

function expectInert(text: string): void {
  expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u)
  expect(outsideCode(text)).not.toMatch(/[|`<>*_[\]\\~!$@]|:\/\/|www\./i)
  expect(outsideCode(text).replace(/&#\d+;/g, '')).not.toMatch(/[&#]/)
}

test('no text can become markup, end a cell or a line, hide itself, or make a link', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      expectInert(prose(text))
      expectInert(code(text))
      expectInert(message(`${quoted(text)} is ${quoted(text)}`))
    }),
  )
})

test('plain text stays readable', () => {
  expect(code('src/a b.ts')).toBe('`src/a b.ts`')
  expect(prose('Use https: it is safe (mostly).')).toBe('Use https: it is safe (mostly).')
  expect(message('"@scope/a@1.0.0" runs a script')).toBe('`@scope/a@1.0.0` runs a script')
})

test('what was hidden is shown', () => {
  expect(prose('a\nb\\n\u202e')).toBe('a&#92;nb&#92;&#92;n&#92;u&#123;202e&#125;')
})

test('long text is cut', () => {
  expect(code('x'.repeat(500), 10)).toBe('<code>xxxxxxxxxx…</code>')
})
