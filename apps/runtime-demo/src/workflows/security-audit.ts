import { join } from 'node:path'
import { agent, workflow } from '@pawl/runtime'
import { z } from 'zod'
import { rankFindings } from '../agents/analyst.ts'
import { scanTree } from '../agents/security-auditor.ts'
import { writeAudit } from '../agents/writer.ts'

const auditor = agent(scanTree.id, { ...scanTree, timeout: '10m', retry: 1 })
const analyst = agent(rankFindings.id, { ...rankFindings, timeout: '5m' })

type AuditInput = Parameters<typeof writeAudit.run>[0]

/** The run's id names the folder of the reports, so a repeated step writes the same files again. */
const writer = agent(writeAudit.id, {
  description: writeAudit.description,
  timeout: '5m',
  retry: 2,
  run: ({ folder, ...input }: { folder: string } & Pick<AuditInput, 'review' | 'path' | 'at'>, step) =>
    writeAudit.run({ ...input, runId: step.runId, outDir: join(folder, step.runId) }, step),
})

const input = z.object({
  /** The folder to audit, absolute. */
  path: z.string().min(1),
  /** Where the reports go: a folder of the run's own is made in it. */
  reports: z.string().min(1),
  /** When the audit was asked for, ISO 8601; the only time in the reports. */
  at: z.iso.datetime(),
})

/**
 * `security-audit <path>`: four scans side by side, then a review of what they found, then the reports as SARIF
 * and Markdown. Every scan is a step of its own, so that a crash repeats only those that were under way.
 */
export const securityAudit = workflow('security-audit', { input, agents: { auditor, analyst, writer } })
  .step('secrets', { agent: 'auditor', input: ({ input }) => ({ path: input.path, scan: 'secrets' }) })
  .step('file-modes', { agent: 'auditor', input: ({ input }) => ({ path: input.path, scan: 'file-modes' }) })
  .step('code-patterns', {
    agent: 'auditor',
    input: ({ input }) => ({ path: input.path, scan: 'code-patterns' }),
  })
  .step('dependencies', {
    agent: 'auditor',
    input: ({ input }) => ({ path: input.path, scan: 'dependencies' }),
  })
  .step('review', {
    agent: 'analyst',
    after: ['secrets', 'file-modes', 'code-patterns', 'dependencies'],
    input: ({ results }) => ({
      reports: [results.secrets, results['file-modes'], results['code-patterns'], results.dependencies],
    }),
  })
  .step('reports', {
    agent: 'writer',
    after: 'review',
    input: ({ input, results }) => ({
      review: results.review,
      path: input.path,
      folder: input.reports,
      at: input.at,
    }),
  })
  .output(({ results }) => ({ totals: results.review.totals, reports: results.reports.reports }))
