import { invalidArgument, type StateStoreError } from '../contract/errors.ts'
import { checkText } from './checks.ts'

/** Cursors are opaque to callers: a letter for the list, and the place of the last item. */
export const makeCursor = (list: 'run' | 'entry', place: number): string => `${list}:${place.toString(36)}`

export function readCursor(list: 'run' | 'entry', cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  const [name, place] = String(cursor).split(':')
  const value = Number.parseInt(place ?? '', 36)
  if (name !== list || !isPlace(value)) throw wrongCursor(String(cursor))
  return value
}

/** The same for lists by name. */
export const makeNameCursor = (list: 'agent' | 'cell' | 'schedule', name: string): string => `${list}:${name}`

export function readNameCursor(
  list: 'agent' | 'cell' | 'schedule',
  cursor: string | undefined,
): string | null {
  if (cursor === undefined) return null
  const text = String(cursor)
  if (!text.startsWith(`${list}:`)) throw wrongCursor(text)
  return checkText('cursor', text.slice(list.length + 1))
}

/** The same for a list by time: of two at one time the one with the smaller place comes first. */
export const makeTimeCursor = (list: 'timer', at: number, no: number): string =>
  `${list}:${at.toString(36)}.${no.toString(36)}`

export function readTimeCursor(
  list: 'timer',
  cursor: string | undefined,
): { readonly at: number; readonly no: number } | null {
  if (cursor === undefined) return null
  const [name, place = ''] = String(cursor).split(':')
  const [at, no] = place.split('.').map((part) => Number.parseInt(part, 36))
  if (name !== list || !isPlace(at) || !isPlace(no)) throw wrongCursor(String(cursor))
  return { at, no }
}

const isPlace = (value: number | undefined): value is number => Number.isSafeInteger(value) && value! >= 0

/** A place in a list by time: rows of one moment are in the order of their ids. */
export const makeRowCursor = (
  list: 'log' | 'sample',
  { at, id }: { readonly at: number; readonly id: string },
): string => `${list}:${at.toString(36)}:${id}`

export function readRowCursor(
  list: 'log' | 'sample',
  cursor: string | undefined,
): { readonly at: number; readonly id: string } | null {
  if (cursor === undefined) return null
  const found = /^(log|sample):([0-9a-z]{1,11}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    String(cursor),
  )
  const at = Number.parseInt(found?.[2] ?? '', 36)
  if (found?.[1] !== list || !Number.isSafeInteger(at)) throw wrongCursor(String(cursor))
  return { at, id: found[3]! }
}

const wrongCursor = (cursor: string): StateStoreError =>
  invalidArgument(
    `The cursor '${cursor.slice(0, 40)}' is none of this list; pass the 'next' of the page before.`,
  )
