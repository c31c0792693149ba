/** A case did not hold. The suite brings its own checks so that it needs no particular test runner. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
}

/** Fails unless the condition holds. */
export function holds(condition: unknown, what: string): asserts condition {
  if (!condition) throw new ConformanceFailure(what)
}

/** Fails unless both are the same JSON, whatever the order of members. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [canonical(actual), canonical(expected)]
  if (a !== b) throw new ConformanceFailure(`${what}: expected ${b}, got ${a}`)
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? 'undefined'
