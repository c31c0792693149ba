import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'

/** A noun or a phrase that the passages turn on. */
export const keyTermSchema = z.object({
  /** The last word in its dictionary form; in lower case unless it is always written otherwise, as `SQLite` is. */
  term: z.string(),
  /** How often it occurs. */
  count: z.number().int(),
  documents: z.number().int(),
  /** Which passages it occurs in. */
  passages: z.array(z.number().int()),
  weight: z.number(),
  /** Where it is found in the best passage. */
  citation: citationSchema,
})

/** See {@link keyTermSchema}. */
export type KeyTerm = z.infer<typeof keyTermSchema>

/** Terms that occur together; the first one names the group. */
export const termGroupSchema = z.object({ name: z.string(), terms: z.array(keyTermSchema).min(1) })

/** See {@link termGroupSchema}. */
export type TermGroup = z.infer<typeof termGroupSchema>
