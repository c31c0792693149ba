import { z } from 'zod'
import { research } from '../content/research.ts'
import { taskOf } from './agent.ts'

const MIB = 1024 * 1024

/** Reads sources and finds what they say. */
export const researcher = {
  id: 'researcher',
  description: 'Indexes the documents of a directory and finds what they say about a topic.',
} as const

/** What {@link findPassages} takes. Sizes are in bytes. */
const researchInput = z.object({
  topic: z.string().min(1).max(300),
  /** The directory with the documents, absolute or relative to the working directory. */
  sources: z.string().min(1),
  /** Larger files are listed as skipped and never read whole. Default 1 MiB. */
  maxFileBytes: z.number().int().positive().default(MIB),
  /** Default 2,000. */
  maxDocuments: z.number().int().positive().default(2_000),
  /** Of all documents together. Default 32 MiB. */
  maxBytes: z
    .number()
    .int()
    .positive()
    .default(32 * MIB),
  /** Passages kept, and so the size of what the journal holds. Default 60. */
  maxPassages: z.number().int().positive().default(60),
})

/**
 * What Markdown and text files say about a topic, each sentence with its place. Throws `PATH_UNREADABLE`,
 * `PATH_NOT_DIRECTORY`, `NOTHING_TO_READ`, `NO_MATCH`, `INPUT_INVALID`.
 */
export const findPassages = taskOf(
  researcher,
  researchInput,
  async ({ topic, sources, ...limits }, { signal, log }) => {
    const found = await research(topic, sources, limits, signal)
    const { passages, documents, corpus } = found
    log(`${passages.length} passages in ${documents.length} of ${corpus.documents} documents`)
    return found
  },
)
