import { BadTopicError } from './errors.ts'

/** Longest topic, pattern or agent id, in UTF-16 units. */
export const MAX_TOPIC_LENGTH = 255

const FORBIDDEN = /[\s\p{Cc}\p{Cf}\p{Cs}]/u

/** Topics found proper lately: most messages go to few topics, and the check costs more than the look-up. */
const KNOWN = new Set<string>()
const MAX_KNOWN = 1000

/**
 * Checks a topic, queue or agent id: segments divided by `:` and, within those, by `.`, none of them empty; no
 * blank, control character or `*`.
 * @returns the topic @throws BadTopicError
 */
export function checkTopic(topic: string): string {
  if (KNOWN.has(topic)) return topic
  if (typeof topic !== 'string') throw new BadTopicError(String(topic), `it is a ${typeof topic}, not text`)
  if (topic === '') throw new BadTopicError(topic, 'it is empty')
  if (topic.length > MAX_TOPIC_LENGTH)
    throw new BadTopicError(topic, `it is longer than ${MAX_TOPIC_LENGTH} characters`)
  if (FORBIDDEN.test(topic)) throw new BadTopicError(topic, 'it has a blank or a control character')
  if (topic.includes('*')) throw new BadTopicError(topic, '"*" is for patterns')
  if (topic.split(/[:.]/).includes(''))
    throw new BadTopicError(topic, 'a segment between ":" or "." is empty')
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear()
  KNOWN.add(topic)
  return topic
}

/**
 * Turns a pattern into a test. Topics have two levels: `:` divides them first, `.` divides what lies between.
 * `*` alone between colons stands for everything there, dots included: `workflow:*` sees `workflow:a` and
 * `workflow:a.b`, not `workflow:a:b`. `*` beside a dot stands for one part: `order.*` sees `order.paid` only.
 * A last `**` stands for all the rest, whatever divides it.
 * @throws BadTopicError
 */
export function compileTopicPattern(pattern: string): (topic: string) => boolean {
  if (typeof pattern !== 'string' || !pattern.includes('*')) {
    checkTopic(pattern)
    return (topic) => topic === pattern
  }
  checkTopic(pattern.replaceAll('*', 'x'))
  const source = pattern
    .split(':')
    .map((segment, index, all) => segmentSource(pattern, segment, index === all.length - 1))
    .join(':')
  const test = new RegExp(`^${source}$`, 'u')
  return (topic) => test.test(topic)
}

function segmentSource(pattern: string, segment: string, last: boolean): string {
  if (segment === '*') return '[^:]+'
  const parts = segment.split('.')
  return parts.map((part, index) => partSource(pattern, part, last && index === parts.length - 1)).join('\\.')
}

function partSource(pattern: string, part: string, last: boolean): string {
  if (part === '*') return '[^:.]+'
  if (part === '**' && last) return '.+'
  if (part === '**') throw new BadTopicError(pattern, '"**" may only come last')
  if (part.includes('*')) throw new BadTopicError(pattern, '"*" must be a whole segment')
  return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
