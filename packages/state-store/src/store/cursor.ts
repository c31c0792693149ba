import { invalidArgument } from '../contract/errors.ts'

/** Cursors are opaque to callers: a letter for the list, and the place of the last item. */
export const makeCursor = (list: 'run' | 'entry', place: number): string => `${list}:${place.toString(36)}`

export function readCursor(list: 'run' | 'entry', cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  const [name, place] = String(cursor).split(':')
  const value = Number.parseInt(place ?? '', 36)
  if (name !== list || !Number.isSafeInteger(value) || value < 0) {
    throw foreignCursor(cursor)
  }
  return value
}

/** A place in a list by time: rows of one moment are in the order of their ids. */
export const makeTimeCursor = (
  list: 'log' | 'sample',
  { at, id }: { readonly at: number; readonly id: string },
): string => `${list}:${at.toString(36)}:${id}`

export function readTimeCursor(
  list: 'log' | 'sample',
  cursor: string | undefined,
): { readonly at: number; readonly id: string } | null {
  if (cursor === undefined) return null
  const found = /^(log|sample):([0-9a-z]{1,11}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    String(cursor),
  )
  const at = Number.parseInt(found?.[2] ?? '', 36)
  if (found?.[1] !== list || !Number.isSafeInteger(at)) throw foreignCursor(cursor)
  return { at, id: found[3]! }
}

const foreignCursor = (cursor: unknown) =>
  invalidArgument(
    `The cursor '${String(cursor).slice(0, 40)}' is none of this list; pass the 'next' of the page before.`,
  )
