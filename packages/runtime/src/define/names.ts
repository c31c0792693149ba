import { RuntimeError } from '../errors.ts'

const MAX_NAME = 200
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Ids of agents and names of workflows: they are part of topics on the message bus. */
const ID = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/
const MAX_ID = 128

/** Checks an agent's id or a workflow's name. Throws `INVALID_NAME`. */
export function checkId(what: 'agent' | 'workflow', id: string): string {
  if (typeof id === 'string' && id.length <= MAX_ID && ID.test(id) && !RESERVED.has(id)) return id
  throw new RuntimeError(
    'INVALID_NAME',
    `'${String(id).slice(0, 80)}' is no ${what} name. Use 1 to ${MAX_ID} letters, digits, dashes or underscores, with single dots between.`,
  )
}

/**
 * Checks a name that a user gives to a step, timer or signal. `#`, `/` and `:` are the journal's own:
 * they separate scopes, keys and repetitions. Throws `INVALID_NAME`.
 */
export function checkUserName(what: string, name: string): string {
  const fault = faultOf(name)
  if (fault === undefined) return name
  throw new RuntimeError(
    'INVALID_NAME',
    `The ${what} name '${String(name).slice(0, 80)}' ${fault}. Choose another.`,
  )
}

function faultOf(name: unknown): string | undefined {
  if (typeof name !== 'string' || name.length === 0) return 'is empty'
  if (name.length > MAX_NAME) return `is longer than ${MAX_NAME} characters`
  if (/[#/:]/.test(name)) return "contains '#', '/' or ':', which the journal uses itself"
  if (name.includes('\u0000') || !name.isWellFormed()) return 'contains U+0000 or half a surrogate pair'
  if (RESERVED.has(name)) return 'is a reserved word'
  return undefined
}

/** A key as part of a name: whatever separates names in the journal is percent-encoded. */
export const keyAsName = (key: string): string =>
  key
    .toWellFormed()
    .replace(/[%#/:]/g, (character) => encodeURIComponent(character))
    .replaceAll('\u0000', '%00')
