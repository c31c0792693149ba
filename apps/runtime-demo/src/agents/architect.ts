import { z } from 'zod'
import { surveyRepository } from '../feature/survey-repository.ts'
import { taskOf } from './agent.ts'

const MIB = 1024 * 1024

/** Knows how a repository hangs together. */
export const architect = {
  id: 'architect',
  description: 'Finds the modules that a request touches, what they export and who depends on them.',
} as const

/** What {@link surveyRequest} takes. Sizes are in bytes. */
const surveyInput = z.object({
  request: z.string().min(1).max(500),
  /** The repository, absolute or relative to the working directory. */
  repo: z.string().min(1),
  /** Larger modules are listed as skipped and never read whole. Default 1 MiB. */
  maxFileBytes: z.number().int().positive().default(MIB),
  /** Default 5,000. */
  maxModules: z.number().int().positive().default(5_000),
  /** Of all modules together. Default 64 MiB. */
  maxBytes: z
    .number()
    .int()
    .positive()
    .default(64 * MIB),
})

/**
 * The modules that a request is about, from the names and comments of the code, and what hangs on them, from its import
 * graph. Throws `PATH_UNREADABLE`, `PATH_NOT_DIRECTORY`, `NOTHING_TO_READ`, `NO_MATCH`, `INPUT_INVALID`.
 */
export const surveyRequest = taskOf(
  architect,
  surveyInput,
  async ({ request, repo, ...limits }, { signal, log }) => {
    const survey = await surveyRepository(request, repo, limits, signal)
    const { repository, touched } = survey
    log(`${touched.length} of ${repository.modules} modules touched, ${repository.imports} imports followed`)
    return survey
  },
)
