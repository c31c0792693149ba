import type { StateStore } from '../../src/contract/store.ts'
import type { Page } from '../../src/index.ts'
import { encodePayload } from '../../src/index.ts'

/** One question to the store of a namespace, and what it answered. */
export interface Answer {
  readonly namespace: string
  readonly question: string
  readonly answer: unknown
}

/** Everything that a store tells of what it holds, in a fixed order. */
export async function answersOf(store: StateStore): Promise<readonly Answer[]> {
  const { namespace } = store
  const answers: Answer[] = []
  const note = (question: string, answer: unknown) => answers.push({ namespace, question, answer })
  const runs = await allOf((cursor) => store.runs({ order: 'newest', ...cursor }))
  note('runs', runs)
  note('unsent', await store.unsent({ idleMs: 0, limit: 1_000 }))
  for (const { runId, version } of runs.toReversed()) {
    note(`journal ${runId}`, await store.journal({ runId }))
    note(`inbox ${runId}`, await store.inbox(runId))
    for (const at of new Set([1, 2, 3, 5, Math.ceil(version / 2), version])) {
      if (at <= version) note(`state ${runId} ${at}`, await store.stateAt({ runId, version: at }))
    }
  }
  return answers
}

async function allOf<T>(
  page: (cursor: { readonly cursor?: string }) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | null = null
  do {
    const { items: more, next: following }: Page<T> = await page(next === null ? {} : { cursor: next })
    items.push(...more)
    next = following
  } while (next !== null)
  return items
}

/** One answer a line; -0 and the order of keys are in it. */
export const linesOf = (answers: readonly Answer[]): readonly string[] =>
  answers.map((answer) => encodePayload(answer, 'The answer', 2_000))
