import { join } from 'node:path'
import { agent, workflow } from '@pawl/runtime'
import { z } from 'zod'
import { groupKeyTerms, judgeReadability } from '../agents/analyst.ts'
import { positionTopic } from '../agents/marketer.ts'
import { findPassages } from '../agents/researcher.ts'
import { outlineBrief, writeBrief } from '../agents/writer.ts'

const quick = { timeout: '5m', retry: 1 } as const
const researcher = agent(findPassages.id, { ...findPassages, ...quick })
const termAnalyst = agent(groupKeyTerms.id, { ...groupKeyTerms, ...quick })
const readabilityAnalyst = agent(judgeReadability.id, { ...judgeReadability, ...quick })
const marketer = agent(positionTopic.id, { ...positionTopic, ...quick })
const outliner = agent(outlineBrief.id, { ...outlineBrief, ...quick })

type BriefInput = Parameters<typeof writeBrief.run>[0]

/** The run's id names the folder of the brief, so a repeated step writes the same file again. */
const briefWriter = agent(writeBrief.id, {
  description: writeBrief.description,
  timeout: '5m',
  retry: 2,
  run: ({ folder, brief }: { folder: string } & Pick<BriefInput, 'brief'>, step) =>
    writeBrief.run({ brief, runId: step.runId, outDir: join(folder, step.runId) }, step),
})

const input = z.object({
  topic: z.string().trim().min(1).max(300),
  /** The folder with the documents, absolute. */
  sources: z.string().min(1),
  /** Where the brief goes: a folder of the run's own is made in it. */
  reports: z.string().min(1),
})

/**
 * `content-strategy <topic> --sources <dir>`: what the documents say about a topic, its key terms, and from them an
 * audience, titles, keywords and an outline, every line of it with its place in the sources.
 */
export const contentStrategy = workflow('content-strategy', {
  input,
  agents: { researcher, termAnalyst, readabilityAnalyst, marketer, outliner, briefWriter },
})
  .step('research', {
    agent: 'researcher',
    input: ({ input }) => ({ topic: input.topic, sources: input.sources }),
  })
  .step('key-terms', {
    agent: 'termAnalyst',
    after: 'research',
    input: ({ results }) => ({ research: results.research }),
  })
  .step('position', {
    agent: 'marketer',
    after: ['research', 'key-terms'],
    input: ({ results }) => ({ research: results.research, groups: results['key-terms'] }),
  })
  .step('outline', {
    agent: 'outliner',
    after: ['research', 'key-terms'],
    input: ({ results }) => ({ research: results.research, groups: results['key-terms'] }),
  })
  .step('readability', {
    agent: 'readabilityAnalyst',
    after: ['research', 'outline'],
    input: ({ input, results }) => ({
      sources: input.sources,
      files: results.research.documents.map(({ file }) => file),
      outline: results.outline,
    }),
  })
  .step('brief', {
    agent: 'briefWriter',
    after: ['research', 'key-terms', 'position', 'outline', 'readability'],
    input: ({ input, results }) => ({
      folder: input.reports,
      brief: {
        research: results.research,
        groups: results['key-terms'],
        ...results.position,
        outline: results.outline,
        readability: results.readability,
        sources: input.sources,
      },
    }),
  })
  .output(({ results }) => ({
    audience: results.position.audiences[0]?.reader ?? '',
    titles: results.position.titles.map(({ title }) => title),
    reports: results.brief.reports,
  }))
