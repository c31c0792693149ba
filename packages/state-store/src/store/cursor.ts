import { invalidArgument } from '../contract/errors.ts'

/** Cursors are opaque to callers: a letter for the list, and the place of the last item. */
export const makeCursor = (list: 'run' | 'entry', place: number): string => `${list}:${place.toString(36)}`

export function readCursor(list: 'run' | 'entry', cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  const [name, place] = String(cursor).split(':')
  const value = Number.parseInt(place ?? '', 36)
  if (name !== list || !Number.isSafeInteger(value) || value < 0) {
    throw invalidArgument(
      `The cursor '${String(cursor).slice(0, 40)}' is none of this list; pass the 'next' of the page before.`,
    )
  }
  return value
}
