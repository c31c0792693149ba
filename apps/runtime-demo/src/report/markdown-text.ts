import { printable, visible } from './printable.ts'

/** Nothing in here starts markup, ends a table cell or makes a link when it stands inside a code span. */
const TAME = /^[A-Za-z0-9 ./@_+:~=,;?^#%()-]+$/

/** What Markdown, its GitHub extensions or HTML could read as more than a character; `://` and `www.` make links. */
const SPECIAL = /[&<>|`*_[\]\\~#!${}@]|:(?=\/\/)|(?<=www)\./gi

function inert(shown: string): string {
  return shown.replace(SPECIAL, (character) => `&#${character.codePointAt(0)};`)
}

function codeOf(shown: string): string {
  return TAME.test(shown) ? `\`${shown}\`` : `<code>${inert(shown)}</code>`
}

/** Raw text from the audited tree as prose that is inert in a Markdown table cell. */
export function prose(text: string, limit = 300): string {
  return inert(printable(text, limit))
}

/** A raw path or name, as code. Plain ones in backticks; others in `<code>` with entities, where no backtick can end it. */
export function code(text: string, limit = 200): string {
  return codeOf(printable(text, limit))
}

/** A finding's message, which is one visible line already: what it has in double quotes becomes code. */
export function message(text: string): string {
  const parts = visible(text).split('"')
  return parts.map((part, index) => (index % 2 === 1 && part !== '' ? codeOf(part) : inert(part))).join('')
}

/** A table from cells that are already inert. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
