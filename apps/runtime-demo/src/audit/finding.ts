import { createHash } from 'node:crypto'
import { z } from 'zod'
import { levels, type Rule } from './rule.ts'

/** One thing found. Plain JSON; it never holds a secret, nor a piece of the file it was found in. */
export const findingSchema = z.object({
  ruleId: z.string(),
  level: z.enum(levels),
  /** One visible line; parts that came from the tree are escaped. */
  message: z.string(),
  /** Relative to the audited directory, with `/`; `.` is the directory itself. Raw: escape it before printing. */
  file: z.string(),
  /** 1-based. */
  line: z.number().int().positive().exactOptional(),
  /** 1-based, in UTF-16 code units. */
  column: z.number().int().positive().exactOptional(),
  /** 32 hex digits; the same finding has the same one in every run, also when lines above it move. */
  fingerprint: z.string(),
  cwe: z.string().exactOptional(),
  help: z.string(),
})

/** See {@link findingSchema}. */
export type Finding = z.infer<typeof findingSchema>

/** Where a finding is, and what tells it from others of the same rule in the same file. */
export interface FindingPlace {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** Enters the fingerprint only. Must not be a secret, since a short one could be guessed from its hash. */
  readonly subject: string
  /** Defaults to the rule's title. */
  readonly message?: string
}

/** A finding of `rule`. Its fingerprint is a SHA-256 over rule, file and subject, cut to 128 bits. */
export function findingOf(rule: Rule, place: FindingPlace): Finding {
  const { file, line, column } = place
  const digest = createHash('sha256')
    .update(JSON.stringify([rule.id, file, place.subject]))
    .digest('hex')
  return {
    ruleId: rule.id,
    level: rule.level,
    message: place.message ?? rule.title,
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    fingerprint: digest.slice(0, 32),
    ...(rule.cwe === undefined ? {} : { cwe: rule.cwe }),
    help: rule.help,
  }
}

/** Counts repetitions: the returned function gives 1 for a key's first use, then 2, 3, ... */
export function countRepetitions(): (key: string) => number {
  const seen = new Map<string, number>()
  return (key) => {
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count
  }
}
