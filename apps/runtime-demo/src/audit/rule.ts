/** How bad a finding is, in SARIF's words, worst first. */
export const levels = ['error', 'warning', 'note'] as const

/** One of {@link levels}. */
export type Level = (typeof levels)[number]

/** What a scanner looks for, as data. */
export interface Rule {
  /** Stable, kebab-case; users suppress and count by it. */
  readonly id: string
  readonly level: Level
  /** Order inside one level: 0 to 100, higher comes first. */
  readonly weight: number
  /** What the rule finds, one short line. */
  readonly title: string
  /** What to do about it. */
  readonly help: string
  /** The weakness in MITRE's list, as `CWE-95`. */
  readonly cwe?: string
}

/** The page of MITRE's list that explains a weakness such as `CWE-95`. */
export function cweUrl(cwe: string): string {
  return `https://cwe.mitre.org/data/definitions/${cwe.slice('CWE-'.length)}.html`
}
