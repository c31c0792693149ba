// Values for which a way to a database is known to have a taste of its own.

export const nested = (levels: number): unknown => {
  let value: unknown = 'the core'
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { in: value }
  return value
}

/** Values that JSON can hold and that something on the way to a database likes to change. */
export const SURVIVORS: { readonly [what: string]: unknown } = {
  'U+0000': { text: 'a\u0000b', '\u0000': 0 },
  'lone surrogates': ['\ud800', 'x\udc00y', { '\udfff': '\ud83d' }],
  'negative zero': { zero: -0, list: [0, -0] },
  'the order of keys': { zulu: 1, alpha: 2, mike: { b: 1, a: 2 } },
  'a thousand levels': nested(1_000),
  'keys called __proto__ and constructor': JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":{"__proto__":1}}',
  ),
  'five mebibytes of text': 'ä'.repeat(5 * 1024 * 1024),
  'keys with quotes, percent signs and backslashes': {
    "it's": 1,
    'a"b': 2,
    '100%': 3,
    '\\': 4,
    '': 5,
    $ref: 6,
  },
  'text that looks like SQL': "'); drop table run; --",
  'emoji and separators of lines': '👩‍👩‍👧 \u2028\u2029\ufeff',
  'extreme numbers': [Number.MAX_SAFE_INTEGER, 1e308, 5e-324, -1e-7, 0.1 + 0.2],
  'text that looks like other types': ['null', 'true', '1e5', '2020-01-01T00:00:00Z', '{}'],
  'empty things': [{}, [], '', null, false, 0],
}

/** As text, so that the order of keys counts; -0 is written as such. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (Object.is(part, -0) ? 'negative zero' : part))
