import type { Entry, EntryFilter } from '../contract/entry.ts'
import type { Page, Run } from '../contract/run.ts'
import type { At } from '../contract/store.ts'
import { checkVersion } from './checks.ts'
import { runCompacted, runNotFound, versionNotFound } from './refusals.ts'

/** What reads one page of a journal, and the run's row. */
interface Reader {
  readonly namespace: string
  entries(runId: string, filter: EntryFilter): Promise<Page<Entry>>
  run(runId: string): Promise<Run | undefined>
}

/** The largest page: a journal that is longer is read in several. */
const PAGE = 10_000

/** A whole journal, page by page. Rejects with `RUN_NOT_FOUND`, `VERSION_NOT_FOUND`, `RUN_COMPACTED`. */
export async function readJournal(reader: Reader, { runId, version }: At): Promise<readonly Entry[]> {
  const to = version === undefined ? {} : { to: checkVersion(version) }
  const journal: Entry[] = []
  let pages = 0
  let cursor: string | null = null
  do {
    const more: { readonly cursor?: string } = cursor === null ? {} : { cursor }
    const page: Page<Entry> = await reader.entries(runId, { ...to, limit: PAGE, ...more })
    for (const entry of page.items) journal.push(entry)
    pages += 1
    cursor = page.next
  } while (cursor !== null)
  if (!isWhole(journal, version) || pages > 1) await checkWhole(reader, runId, version, journal)
  return journal
}

const isWhole = (journal: readonly Entry[], version: number | undefined): boolean => {
  const last = journal.at(-1)
  if (last === undefined) return false
  return version === undefined || (last.version === version && last.kind !== 'compacted')
}

/** Between two looks the run may have been pruned or compacted; and the version may never have been there. */
async function checkWhole(
  reader: Reader,
  runId: string,
  version: number | undefined,
  journal: readonly Entry[],
): Promise<void> {
  const run = await reader.run(runId)
  if (run === undefined || journal.length === 0) throw runNotFound(runId, reader.namespace)
  if (version !== undefined && version > run.version) throw versionNotFound(runId, version, run.version)
  if (run.compactedAt === null) return
  // The page after the first was read from what is left.
  if (!isWhole(journal, version) || journal.length > 3) throw runCompacted(runId)
}
