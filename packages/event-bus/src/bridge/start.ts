import type { Position } from '../wire/message.ts'

/** Where a subscription begins: behind a position, with what comes, or with whatever is kept. */
export type Start = Position | 'now' | 'kept'

/** Reads an address: `?after=12&bus=…` resumes, `?after=now` skips what is kept. */
export function startIn(query: URLSearchParams): Start {
  const after = query.get('after')
  if (after === null) return 'kept'
  if (after === 'now') return 'now'
  const seq = Number(after)
  const bus = query.get('bus')
  return bus !== null && Number.isSafeInteger(seq) && seq >= 0 ? { bus, seq } : 'kept'
}
