import type { Bench } from './bench.ts'

/** A case did not hold. The suite brings its own checks so that it needs no particular test runner. */
class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
}

/** Fails unless the condition holds. */
export function holds(condition: unknown, what: string): asserts condition {
  if (!condition) throw new ConformanceFailure(what)
}

/** Fails unless both are the same JSON, whatever the order of keys. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [canonical(actual), canonical(expected)]
  if (a !== b) throw new ConformanceFailure(`${what}: expected ${b}, got ${a}`)
}

/** Fails unless the promise rejects with an error of this code. @returns the error */
export async function rejects(promise: Promise<unknown>, code: string): Promise<Record<string, unknown>> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error as Record<string, unknown> }),
  )
  if ('value' in outcome)
    throw new ConformanceFailure(`expected ${code}, but it resolved with ${canonical(outcome.value)}`)
  equal(outcome.error?.code, code, 'code of the error')
  return outcome.error
}

/** Lets things arrive until the condition holds; fails when it never does. */
export async function eventually(bench: Bench, condition: () => boolean, what: () => string): Promise<void> {
  for (let round = 0; round < 100; round++) {
    if (condition()) return
    await bench.settle()
  }
  throw new ConformanceFailure(`never happened: ${what()}`)
}

/** Waits until `seen` holds as many values as expected, then a little longer, and compares. */
export async function comes(
  bench: Bench,
  seen: readonly unknown[],
  expected: readonly unknown[],
  what: string,
): Promise<void> {
  await eventually(
    bench,
    () => seen.length >= expected.length,
    () => `${what}: ${canonical(seen)} of ${canonical(expected)}`,
  )
  await bench.settle()
  equal(seen, expected, what)
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? 'undefined'
