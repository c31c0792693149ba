import { groupKeyTerms, judgeReadability } from '../src/agents/analyst.ts'
import { positionTopic } from '../src/agents/marketer.ts'
import { findPassages } from '../src/agents/researcher.ts'
import { outlineBrief, writeBrief } from '../src/agents/writer.ts'
import { quietContext } from './quiet-context.ts'

/** All tasks of a content strategy, as the workflow runs them. */
export async function runContent(topic: string, sources: string, outDir: string) {
  const context = quietContext()
  const research = await findPassages.run({ topic, sources }, context)
  const groups = await groupKeyTerms.run({ research }, context)
  const position = await positionTopic.run({ research, groups }, context)
  const outline = await outlineBrief.run({ research, groups }, context)
  const files = research.documents.map(({ file }) => file)
  const readability = await judgeReadability.run({ sources, files, outline }, context)
  const brief = { research, groups, ...position, outline, readability, sources: 'docs' }
  const written = await writeBrief.run({ brief, runId: 'run-1', outDir }, context)
  return { ...brief, written }
}
