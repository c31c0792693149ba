import { z } from 'zod'

/** What every scan takes. Sizes are in bytes. */
export const scanInputSchema = z.object({
  /** The directory to audit, absolute or relative to the working directory. */
  path: z.string().min(1),
  /** Larger files are listed as skipped and never read whole. Default 1 MiB. */
  maxFileBytes: z
    .number()
    .int()
    .positive()
    .default(1024 * 1024),
  /** The same for lockfiles, which are larger by nature. Default 8 MiB. */
  maxLockfileBytes: z
    .number()
    .int()
    .positive()
    .default(8 * 1024 * 1024),
  /** A scan keeps this many findings; what comes after is counted. Bounds the run's journal. */
  maxFindings: z.number().int().positive().default(5_000),
  /** The same for skipped paths. */
  maxSkips: z.number().int().positive().default(1_000),
  /** SPDX ids that need no review, besides the built-in list. */
  allowedLicences: z.array(z.string()).default([]),
})

/** A scan's input with every default filled in. */
export type ScanOptions = z.output<typeof scanInputSchema>
