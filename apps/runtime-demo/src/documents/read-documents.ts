import { join } from 'node:path'
import { readText } from '../tree/read-text.ts'
import { resolveRoot } from '../tree/root.ts'
import type { Skip } from '../tree/skip.ts'
import { type TreeEntry, walkTree } from '../tree/walk.ts'
import type { Document } from './document.ts'
import { loadMarkdown, type ParseMarkdown, readMarkdown } from './markdown.ts'
import { readPlainText } from './plain-text.ts'

/** How much is read. Sizes are in bytes. */
export interface DocumentLimits {
  readonly maxFileBytes: number
  readonly maxDocuments: number
  readonly maxBytes: number
}

/** What was read, and what was not. */
export interface ReadDocuments {
  readonly documents: readonly Document[]
  readonly skips: readonly Skip[]
}

const MARKDOWN = /\.(md|mdx|markdown|mdown)$/i
const PLAIN = /\.(txt|text|rst|adoc|asciidoc|org)$/i

/** Whether a path is that of a document; what is in hidden folders speaks to tools. */
const isDocument = (path: string): boolean =>
  (MARKDOWN.test(path) || PLAIN.test(path)) && !/(^|\/)\./.test(path)

const read = (path: string, text: string, parse: ParseMarkdown): Document =>
  MARKDOWN.test(path) ? readMarkdown(path, text, parse) : readPlainText(path, text)

/**
 * Reads every Markdown and text file below `path` that .gitignore does not name, in the byte order of their paths,
 * within the limits. What was not read is listed with its reason; links are never followed.
 * Throws what `resolveRoot` throws, and the signal's reason.
 */
export async function readDocuments(
  path: string,
  limits: DocumentLimits,
  signal: AbortSignal,
): Promise<ReadDocuments> {
  const root = await resolveRoot(path)
  const parse = await loadMarkdown()
  const documents: Document[] = []
  const skips: Skip[] = []
  let bytes = 0
  for await (const item of walkTree(root, { gitignore: true, signal })) {
    if (item.kind === 'skip' && (item.skip.reason !== 'symlink' || isDocument(item.skip.path))) {
      skips.push(item.skip)
    }
    if (item.kind !== 'file' || !isDocument(item.path)) continue
    const full = overLimit(item, documents.length, bytes, limits)
    const text = full ?? (await readText(item.absolute, limits.maxFileBytes))
    if (!text.ok) {
      skips.push({ path: item.path, reason: text.reason, detail: text.detail })
      continue
    }
    bytes += item.size
    documents.push(read(item.path, text.text, parse))
  }
  return { documents, skips }
}

/** One document again, below `path`; nothing if it cannot be read. Throws what `resolveRoot` throws. */
export async function readDocument(
  path: string,
  file: string,
  maxFileBytes: number,
): Promise<Document | undefined> {
  const text = await readText(join(await resolveRoot(path), file), maxFileBytes)
  return text.ok ? read(file, text.text, await loadMarkdown()) : undefined
}

function overLimit({ size }: TreeEntry, count: number, bytes: number, limits: DocumentLimits) {
  if (count >= limits.maxDocuments) return over(`${limits.maxDocuments} documents were read`)
  if (size <= limits.maxFileBytes && bytes + size > limits.maxBytes) {
    return over(`${limits.maxBytes} bytes were to be read at most`)
  }
  return undefined
}

const over = (detail: string) => ({ ok: false, reason: 'over-limit', detail }) as const
