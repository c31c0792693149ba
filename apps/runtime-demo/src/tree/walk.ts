import { isUtf8 } from 'node:buffer'
import type { Dirent, Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { systemCode } from '../crew-error.ts'
import {
  enterDirectory,
  type IgnoreRules,
  isIgnored,
  noIgnoreRules,
  prunedDirectories,
} from './ignore-rules.ts'
import type { Skip, SkipReason } from './skip.ts'

/** A file or directory of the tree. `mode` holds the permission bits, `size` is in bytes. */
export interface TreeEntry {
  readonly kind: 'file' | 'directory'
  /** Relative to the root, with `/`; `.` is the root itself. */
  readonly path: string
  readonly absolute: string
  readonly size: number
  readonly mode: number
}

/** A path that the walk will not hand out, with the reason. */
export interface SkippedItem {
  readonly kind: 'skip'
  readonly skip: Skip
}

/** What the walk meets, one at a time. */
export type TreeItem = TreeEntry | SkippedItem

/** How to walk: `gitignore: true` leaves out what the tree's own .gitignore files name. */
export interface WalkOptions {
  readonly gitignore: boolean
  readonly signal: AbortSignal
}

interface Frame {
  readonly path: string
  readonly absolute: string
  readonly rules: IgnoreRules
  readonly children: Dirent<Buffer>[]
  next: number
}

const skipOf = (path: string, reason: SkipReason, detail: string): SkippedItem => ({
  kind: 'skip',
  skip: { path, reason, detail },
})

const SLASH = Buffer.from('/')

/** Directories compare as `name/`, so that the whole walk is in the byte order of full paths, as in git's index. */
function sortKey(child: Dirent<Buffer>): Buffer {
  return child.isDirectory() ? Buffer.concat([child.name, SLASH]) : child.name
}

async function listSorted(absolute: string): Promise<Dirent<Buffer>[]> {
  const children = await readdir(absolute, { withFileTypes: true, encoding: 'buffer' })
  const keyed = children.map((child) => ({ child, key: sortKey(child) }))
  keyed.sort((a, b) => Buffer.compare(a.key, b.key))
  return keyed.map(({ child }) => child)
}

/** An undecodable name as text: bytes outside printable ASCII become `\xNN`. */
function showBytes(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte > 0x1f && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('')
}

function entryOf(stats: Stats, path: string, absolute: string): TreeItem {
  if (stats.isSymbolicLink()) return skipOf(path, 'symlink', 'symbolic link')
  const { size } = stats
  const mode = stats.mode & 0o7777
  if (stats.isDirectory()) return { kind: 'directory', path, absolute, size, mode }
  if (stats.isFile()) return { kind: 'file', path, absolute, size, mode }
  return skipOf(path, 'special', 'pipe, socket or device')
}

async function lookAt(path: string, absolute: string): Promise<TreeItem> {
  try {
    return entryOf(await lstat(absolute), path, absolute)
  } catch (error) {
    return skipOf(path, 'unreadable', systemCode(error))
  }
}

async function openFrame(
  entry: TreeEntry,
  parent: IgnoreRules,
  gitignore: boolean,
): Promise<Frame | SkippedItem> {
  try {
    const children = await listSorted(entry.absolute)
    const rules = gitignore ? await enterDirectory(parent, entry.path, entry.absolute) : parent
    return { path: entry.path, absolute: entry.absolute, rules, children, next: 0 }
  } catch (error) {
    return skipOf(entry.path, 'unreadable', systemCode(error))
  }
}

function isLeftOut(child: Dirent<Buffer>, name: string, path: string, rules: IgnoreRules): boolean {
  const isDirectory = child.isDirectory()
  return (isDirectory && prunedDirectories.has(name)) || isIgnored(rules, path, isDirectory)
}

/** Takes the next child of the innermost open directory, closing those that are used up. */
function nextChild(stack: Frame[]): { frame: Frame; child: Dirent<Buffer> } | undefined {
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = frame.children[frame.next]
    if (child !== undefined) {
      frame.next += 1
      return { frame, child }
    }
    stack.pop()
  }
  return undefined
}

/** One child of `frame` as the walk reports it; nothing when it is left out. */
async function lookAtChild(frame: Frame, child: Dirent<Buffer>): Promise<TreeItem | undefined> {
  const prefix = frame.path === '.' ? '' : `${frame.path}/`
  if (!isUtf8(child.name)) {
    return skipOf(`${prefix}${showBytes(child.name)}`, 'name-not-utf8', 'rename it, then run this again')
  }
  const name = child.name.toString('utf8')
  const path = `${prefix}${name}`
  if (isLeftOut(child, name, path, frame.rules)) return undefined
  return lookAt(path, `${frame.absolute}/${name}`)
}

/**
 * Walks the real directory `root` (see `resolveRoot`): the root itself first, then every file and directory in the
 * byte order of their paths. Symbolic links are reported as skips and never followed, so a loop cannot arise; an
 * entry that cannot be looked at is a skip too. Holds one directory listing per level in memory, no contents.
 * Throws the signal's reason once it is aborted. A second call walks anew.
 */
export async function* walkTree(root: string, options: WalkOptions): AsyncGenerator<TreeItem, void, void> {
  const stack: Frame[] = []
  let rules = noIgnoreRules
  let item: TreeItem | undefined = await lookAt('.', root)
  while (true) {
    if (item !== undefined) yield item
    options.signal.throwIfAborted()
    if (item?.kind === 'directory') {
      const opened: Frame | SkippedItem = await openFrame(item, rules, options.gitignore)
      if ('kind' in opened) yield opened
      else stack.push(opened)
    }
    const next = nextChild(stack)
    if (next === undefined) return
    rules = next.frame.rules
    item = await lookAtChild(next.frame, next.child)
  }
}
