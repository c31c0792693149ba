/** A line that a consumer wrote: it began or ended message `n` of a session. */
export interface Line {
  readonly what: 'begin' | 'end'
  readonly session: string
  readonly n: number
  /** By the machine's clock. */
  readonly at: number
}

/** Reads what a consumer wrote; a line that was cut off by its death was not written. */
export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what, name = '', at] = line.split(' ')
      const [session = '', n] = name.split('/')
      return { what: what as Line['what'], session, n: Number(n), at: Number(at) }
    })
}

/**
 * What the lines of all consumers say against the promises: everything accepted was done at least once, and a message
 * was begun only after the one before it in its session had been done.
 * @param accepted how many messages of each session were acknowledged by the bus; they count from 0
 */
export function checkLines(
  lines: readonly Line[],
  accepted: ReadonlyMap<string, number>,
): { readonly violations: string[]; readonly duplicates: number } {
  const violations: string[] = []
  const done = new Map<string, number>()
  let duplicates = 0
  const seen = new Set<string>()
  for (const { what, session, n } of [...lines].sort((a, b) => a.at - b.at)) {
    const before = done.get(session) ?? -1
    if (what === 'begin') {
      if (n > before + 1) violations.push(`${session}/${n} was begun when only ${before} was done`)
      if (seen.has(`${session}/${n}`)) duplicates++
      seen.add(`${session}/${n}`)
    } else if (n === before + 1) done.set(session, n)
  }
  for (const [session, count] of accepted) {
    const last = done.get(session) ?? -1
    if (last + 1 < count) violations.push(`of ${count} messages of ${session} only ${last + 1} were done`)
  }
  return { violations, duplicates }
}
