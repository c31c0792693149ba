import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import { exportedSchema } from '../modules/module.ts'
import { skipSchema } from '../tree/skip.ts'

/** An export of a module that a request touches. */
export const concernedSchema = exportedSchema.extend({
  /** Whether its name or its comment has a word of the request. */
  isConcerned: z.boolean(),
  /** How users of a package get it, and the line that gives it to them. */
  publicAs: z.object({ specifier: z.string(), name: z.string(), citation: citationSchema }).nullable(),
})

/** See {@link concernedSchema}. */
export type Concerned = z.infer<typeof concernedSchema>

/** A module that a request touches, and what hangs on it. */
export const touchedSchema = z.object({
  path: z.string(),
  lines: z.number().int(),
  /** Words of the request that it has. */
  matched: z.array(z.string()),
  /** How well it fits the request, 1 for the best. */
  score: z.number(),
  exports: z.array(concernedSchema),
  /** Modules of the repository that it imports. */
  imports: z.array(z.string()),
  /** Packages and built-in modules that it imports. */
  externals: z.array(z.string()),
  /** The lines that import it, tests left out. */
  importers: z.array(citationSchema),
  importersOmitted: z.number().int(),
  /** Modules that import it directly or by way of others, tests left out. */
  reach: z.number().int(),
  /** Lines of the importers where its concerned exports are used. */
  uses: z.array(citationSchema),
  /** Tests that have to do with it, with their titles; its own import it or are named after it. */
  tests: z.array(z.object({ path: z.string(), isOwn: z.boolean(), titles: z.array(citationSchema) })),
  /** A way of imports from the module back to itself. */
  cycle: z.array(z.string()).nullable(),
})

/** See {@link touchedSchema}. */
export type Touched = z.infer<typeof touchedSchema>

/** What of a repository a request is about. */
export const surveySchema = z.object({
  request: z.string(),
  repository: z.object({
    modules: z.number().int(),
    tests: z.number().int(),
    imports: z.number().int(),
    packages: z.array(z.object({ name: z.string(), folder: z.string() })),
    /** Relative imports that lead nowhere. */
    unresolved: z.array(citationSchema),
    /** The folder of changesets, or a changelog, where a user-visible change is to be told. */
    releaseNotes: z.string().nullable(),
    /** What runs its tests, such as `vitest run`. */
    testScript: z.string().nullable(),
  }),
  /** Words of the request that no module has. */
  missing: z.array(z.string()),
  /** Best first. */
  touched: z.array(touchedSchema).min(1),
  /** Lines of the documents that name what is concerned. */
  mentions: z.array(citationSchema),
  skips: z.array(skipSchema),
  skipsOmitted: z.number().int(),
})

/** See {@link surveySchema}. */
export type Survey = z.infer<typeof surveySchema>
