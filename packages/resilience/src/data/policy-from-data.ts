import { BadDataError, type BadOptionError, hasCode } from '../errors.ts'
import { type Policy, type PolicyOptions, policy } from '../policy.ts'
import { type Ports, realPorts } from '../ports.ts'
import { JITTERS } from '../retry/backoff.ts'
import {
  countIn,
  membersIn,
  numberIn,
  oneOfIn,
  orNull,
  type Reader,
  someMembersIn,
  textIn,
} from './plain-data.ts'
import type { PolicyParts } from './policy-data.ts'

/**
 * Makes a policy of what `toData` wrote, or of data that was written by hand. The data may come from anywhere: what is
 * not a policy is refused, functions and shared parts are called by names that you know, and what a shared breaker
 * does is up to its registry.
 * @param data see PolicyData
 * @param parts what the names in the data stand for
 * @throws BadDataError with the place in the data
 */
export function policyFromData(
  data: unknown,
  parts: PolicyParts = {},
  ports: Ports = realPorts,
): Policy<unknown> {
  const { format: _, ...options } = policyIn('policy', data, parts)
  try {
    return policy<unknown>(options as PolicyOptions<unknown>, ports)
  } catch (error) {
    if (!hasCode(error, 'POLICY_BAD_OPTION')) throw error
    const { option, message } = error as BadOptionError
    throw new BadDataError(`policy.${option}`, message.replace(/\.$/, ''), { cause: error })
  }
}

function policyIn(path: string, data: unknown, parts: PolicyParts) {
  const fn = functionFrom(parts)
  const members = someMembersIn(path, data, {
    format: oneOfIn(1),
    timeout: numberIn,
    retry: (at, retry) =>
      someMembersIn(at, retry, {
        retries: endlessIn,
        minDelayMs: numberIn,
        maxDelayMs: endlessIn,
        factor: numberIn,
        jitter: oneOfIn(...JITTERS),
        maxElapsedMs: endlessIn,
        retryIf: fn,
        onRetry: fn,
      }),
    breaker: orShared(breakerFrom(parts), (at, breaker) =>
      someMembersIn(at, breaker, {
        key: textIn,
        errorThresholdPercentage: numberIn,
        volumeThreshold: countIn,
        resetTimeoutMs: numberIn,
        windowMs: numberIn,
        buckets: countIn,
        probes: countIn,
        probeTimeoutMs: numberIn,
        countIf: fn,
      }),
    ),
    bulkhead: orShared(bulkheadFrom(parts), (at, bulkhead) =>
      someMembersIn(at, bulkhead, { limit: endlessIn, queue: endlessIn }),
    ),
    fallback: fn,
  })
  if (members.format === undefined) throw new BadDataError(`${path}.format`, 'it is missing')
  return members
}

/** A number that may be endless. */
const endlessIn: Reader<number> = (path, data) =>
  data === 'Infinity' ? Number.POSITIVE_INFINITY : numberIn(path, data)

const SHARED = { shared: orNull(textIn) }
const FUNCTION = { function: orNull(textIn) }

/** A part of the policy's own, or a name for one that others use too. */
const orShared =
  <Shared, Own>(named: Reader<Shared>, own: Reader<Own>): Reader<Shared | Own> =>
  (path, data) =>
    typeof data === 'object' && data !== null && Object.hasOwn(data, 'shared')
      ? named(`${path}.shared`, membersIn(path, data, SHARED).shared)
      : own(path, data)

const functionFrom =
  ({ functions = {} }: PolicyParts): Reader<(...args: never[]) => unknown> =>
  (path, data) =>
    found(path, 'functions', membersIn(path, data, FUNCTION).function, functions)

const bulkheadFrom =
  ({ bulkheads = {} }: PolicyParts): Reader<unknown> =>
  (path, name) =>
    found(path, 'bulkheads', name, bulkheads)

const breakerFrom =
  ({ breakers }: PolicyParts): Reader<unknown> =>
  (path, name) => {
    if (breakers === undefined)
      throw new BadDataError(path, 'pass the registry of shared breakers as "breakers"')
    return breakers.get(textIn(path, name))
  }

function found<Part>(
  path: string,
  table: string,
  name: unknown,
  parts: Readonly<Record<string, Part>>,
): Part {
  if (name === null)
    throw new BadDataError(path, `it had no name; pass it as one of "${table}" when writing, too`)
  // Names come from data: only what was put into the table counts.
  const part = typeof name === 'string' && Object.hasOwn(parts, name) ? parts[name] : undefined
  if (part === undefined) throw new BadDataError(path, `"${String(name)}" is none of "${table}"`)
  return part
}
