import { z } from 'zod'
import { findAudiences } from '../content/audience.ts'
import { termGroupSchema } from '../content/key-term.ts'
import { findKeywords } from '../content/keywords.ts'
import { researchSchema } from '../content/passage.ts'
import { proposeTitles } from '../content/titles.ts'
import { loadEnglish } from '../language/english.ts'
import { taskOf } from './agent.ts'

/** Thinks of the reader. */
export const marketer = {
  id: 'marketer',
  description: 'Says whom a text is for, what to call it and by which words it is found.',
} as const

const positionInput = z.object({ research: researchSchema, groups: z.array(termGroupSchema) })

/** Audience, titles and keywords, each with the line that it rests on. Throws `INPUT_INVALID`. */
export const positionTopic = taskOf(
  marketer,
  positionInput,
  async ({ research, groups }, { signal, log }) => {
    const english = await loadEnglish()
    signal.throwIfAborted()
    const audiences = findAudiences(research, english)
    const terms = groups.flatMap((group) => group.terms).sort((a, b) => b.weight - a.weight)
    const keywords = findKeywords(research, terms)
    const titles = proposeTitles(research, groups, audiences)
    log(`for ${audiences[0]!.reader}: ${titles.length} titles, ${keywords.length} keywords`)
    return { audiences, titles, keywords }
  },
)
