/**
 * Characters that can move, hide or reorder what a reader sees: C0 and C1 controls, soft hyphen, zero-width and
 * bidirectional marks ("Trojan Source", CVE-2021-42574), line separators, byte order mark, lone surrogates, tags.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeCharacter(character: string): string {
  return SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`
}

/** `text` on one line with nothing hidden in it: control characters and the like become `\n` or `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escapeCharacter)
}

/**
 * A raw text from the audited tree as one visible line. Backslashes are doubled, so that the escapes cannot be forged.
 * At most `limit` characters (UTF-16 units) of the text are shown; a longer one ends in `…`.
 */
export function printable(text: string, limit = 300): string {
  const shown = text.length > limit ? `${text.slice(0, limit).toWellFormed()}…` : text
  return visible(shown.replaceAll('\\', '\\\\'))
}

/** `printable` inside double quotes, for use in the middle of a message. */
export function quoted(text: string, limit = 200): string {
  return `"${printable(text, limit)}"`
}
