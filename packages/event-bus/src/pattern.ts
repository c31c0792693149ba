import { BadPatternError } from './errors.ts'
import type { EventOf, EventType } from './event.ts'

/**
 * What `on` and `stream` accept: a name of the event map, or a pattern. In a pattern `*` stands for exactly one
 * segment between dots and a last `**` for one or more: `workflow.*`, `workflow.**`, `*.failed`, `**`.
 */
export type Pattern<Events extends object> = EventType<Events> | `${string}*${string}`

/** Does the name `Type` match the pattern `P`? The same rule as {@link compilePattern}, for the type checker. */
export type Matches<Type extends string, P extends string> = P extends '**'
  ? true
  : P extends `${infer Head}.${infer Rest}`
    ? Type extends `${infer TypeHead}.${infer TypeRest}`
      ? Head extends '*' | TypeHead
        ? Matches<TypeRest, Rest>
        : false
      : false
    : Type extends `${string}.${string}`
      ? false
      : P extends '*' | Type
        ? true
        : false

/** Names of the event map that the pattern `P` selects. */
export type Matching<Events extends object, P extends string> =
  string extends EventType<Events>
    ? EventType<Events>
    : P extends EventType<Events>
      ? P
      : { [Name in EventType<Events>]: Matches<Name, P> extends true ? Name : never }[EventType<Events>]

/** The events that the pattern `P` selects, as a union discriminated by `type`. */
export type Selected<Events extends object, P extends string> = EventOf<Events, Matching<Events, P>>

/** Is it a pattern, rather than the name of one event? */
export const isPattern = (text: string): boolean => text.includes('*')

/**
 * Turns a pattern into a test. Compiled once a subscription, never per event.
 * @throws BadPatternError for an empty segment, `*` inside a segment, or `**` anywhere but last.
 */
export function compilePattern(pattern: string): (type: string) => boolean {
  const segments = checkedSegments(pattern)
  if (pattern === '**') return () => true
  if (!isPattern(pattern)) return (type) => type === pattern
  const open = segments.at(-1) === '**'
  const fixed = open ? segments.slice(0, -1) : segments
  return (type) => {
    const parts = type.split('.')
    if (open ? parts.length <= fixed.length : parts.length !== fixed.length) return false
    return fixed.every((segment, index) => segment === '*' || segment === parts[index])
  }
}

function checkedSegments(pattern: string): string[] {
  const segments = pattern.split('.')
  segments.forEach((segment, index) => {
    if (segment === '') throw new BadPatternError(pattern, 'a segment is empty')
    if (segment === '*' || !segment.includes('*')) return
    if (segment !== '**') throw new BadPatternError(pattern, '"*" must be a whole segment')
    if (index !== segments.length - 1) throw new BadPatternError(pattern, '"**" may only come last')
  })
  return segments
}
