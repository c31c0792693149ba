import { z } from 'zod'

/** A place in a source, and what stands there: `quote` is a part of that very line, unchanged. */
export const citationSchema = z.object({
  /** Relative to the directory that was named, with `/`. */
  file: z.string(),
  /** 1-based. */
  line: z.number().int().positive(),
  quote: z.string().min(1),
})

/** See {@link citationSchema}. */
export type Citation = z.infer<typeof citationSchema>

const MAX_QUOTE = 120

/** What must not stand in a quote: it could hide or reorder what a reader sees, and so belie the line. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u

/** The longest beginning of `text` that ends with a word and fits, or all of it. */
function fitting(text: string): string {
  if (text.length <= MAX_QUOTE) return text
  const cut = text.slice(0, MAX_QUOTE + 1)
  const end = cut.lastIndexOf(' ')
  return text.slice(0, end > MAX_QUOTE / 2 ? end : MAX_QUOTE).toWellFormed()
}

/**
 * Quotes `lines[line - 1]` from `start` to `end`, without the spaces around, cut at a word when it is long. Nothing for
 * a line that has nothing to quote or holds hidden characters.
 */
export function cite(
  file: string,
  lines: readonly string[],
  line: number,
  start = 0,
  end = Number.POSITIVE_INFINITY,
): Citation | undefined {
  const quote = fitting((lines[line - 1] ?? '').slice(start, end).trim()).trimEnd()
  return quote === '' || HIDDEN.test(quote) ? undefined : { file, line, quote }
}

/** Each place once, the first of its citations. */
export function distinct(citations: readonly Citation[]): Citation[] {
  const first = new Map<string, Citation>()
  for (const citation of citations) {
    const place = `${citation.file}:${citation.line}`
    if (!first.has(place)) first.set(place, citation)
  }
  return [...first.values()]
}
