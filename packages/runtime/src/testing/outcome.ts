import type { RunState } from '@pawl/state-store'

/** What a run came to, and what the world looks like afterwards. */
export interface Outcome {
  readonly status: RunState['status']
  readonly output: unknown
  readonly error: unknown
  readonly results: RunState['results']
  readonly shared: RunState['shared']
  /** What `observe` returned. */
  readonly world: unknown
}

export interface Difference {
  /** Where, as in `results/charge/id`. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Every place where two values differ, as JSON sees them; the innermost places that there are. */
export function differences(expected: unknown, actual: unknown, path = ''): readonly Difference[] {
  if (Object.is(expected, actual)) return []
  if (!isTree(expected) || !isTree(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return [{ path, expected, actual }]
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...names].flatMap((name) =>
    differences((expected as Tree)[name], (actual as Tree)[name], path === '' ? name : `${path}/${name}`),
  )
}

type Tree = { readonly [name: string]: unknown }

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Without the places that differ between two runs that nobody disturbed: ids, times, chance. */
export const without = (found: readonly Difference[], by: ReadonlySet<string>): readonly Difference[] =>
  found.filter(({ path }) => !isWithin(path, by))

function isWithin(path: string, places: ReadonlySet<string>): boolean {
  for (const place of places) if (path === place || path.startsWith(`${place}/`)) return true
  return false
}
