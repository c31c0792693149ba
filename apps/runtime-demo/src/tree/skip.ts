import { z } from 'zod'
import { quoted } from '../report/printable.ts'

/** Why a part of the tree was not examined, and what that means for a reader. */
export const skipReasons = {
  'too-large': 'larger than the limit for one file',
  'over-limit': 'past the limit for all files together',
  unreadable: 'could not be read',
  unparsable: 'does not parse as source code',
  binary: 'binary content',
  symlink: 'symbolic link, never followed',
  special: 'not a regular file (pipe, socket or device)',
  'name-not-utf8': 'its name is not valid UTF-8',
  unsupported: 'not supported on this platform',
} as const

/** One of the keys of {@link skipReasons}. */
export type SkipReason = keyof typeof skipReasons

/** One path that was not examined. */
export const skipSchema = z.object({
  /** Relative to the directory that was named, raw. */
  path: z.string(),
  reason: z.enum(Object.keys(skipReasons) as [SkipReason, ...SkipReason[]]),
  /** A system error code, a size, a parser's message: one visible line. */
  detail: z.string(),
})

/** See {@link skipSchema}. */
export type Skip = z.infer<typeof skipSchema>

/** The first few skips for a message that says why there was nothing to read. */
export function firstSkips(skips: readonly Skip[]): string {
  if (skips.length === 0) return ''
  const shown = skips.slice(0, 3).map(({ path, reason, detail }) => `${quoted(path)} is ${reason}, ${detail}`)
  return ` (skipped: ${shown.join('; ')})`
}
