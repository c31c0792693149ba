import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import { skipSchema } from '../tree/skip.ts'

/** A paragraph, an item or a table's row that has to do with the topic. */
export const passageSchema = z.object({
  file: z.string(),
  /** Of the document. */
  title: z.string(),
  /** The headings above it, outermost first. */
  section: z.array(z.string()),
  /** Of the innermost heading. */
  heading: citationSchema.nullable(),
  /** Names in code left out: what language is judged by. */
  prose: z.string(),
  sentences: z.array(z.object({ text: z.string(), citation: citationSchema })),
  /** How well it fits the topic, 1 for the best. */
  score: z.number(),
})

/** See {@link passageSchema}. */
export type Passage = z.infer<typeof passageSchema>

/** What the sources say about a topic. */
export const researchSchema = z.object({
  topic: z.string(),
  /** The topic's words as stems, common ones left out. */
  stems: z.array(z.string()),
  /** Words of the topic that no source has. */
  missing: z.array(z.string()),
  /** Best first. */
  passages: z.array(passageSchema),
  /** Documents that have passages, in the order of their best one. */
  documents: z.array(
    z.object({
      file: z.string(),
      title: z.string(),
      passages: z.number().int(),
      /** The first lines of examples in code. */
      examples: z.array(citationSchema),
    }),
  ),
  /** All that was read, for weighing what is common in these sources. */
  corpus: z.object({
    documents: z.number().int(),
    words: z.number().int(),
    passages: z.number().int(),
    /** In how many passages each stem of the passages found occurs. */
    frequencies: z.array(z.tuple([z.string(), z.number().int()])),
  }),
  skips: z.array(skipSchema),
  skipsOmitted: z.number().int(),
})

/** See {@link researchSchema}. */
export type Research = z.infer<typeof researchSchema>
