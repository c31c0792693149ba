import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { ConformanceCase, HarnessOptions } from '../../src/conformance/index.ts'
import type { StateStore } from '../../src/contract/store.ts'
import { type OpenStore, runCase } from '../harness.ts'
import { type Answer, answersOf, linesOf } from './answers.ts'
import { ASKED_AT, NAMESPACES } from './story.ts'

const isVersion = (name: string): boolean => /^\d+\.\d+\.\d+$/.test(name)

/** The releases whose data is kept, by version. */
export const RELEASES: readonly string[] = readdirSync(new URL('.', import.meta.url)).filter(isVersion)

const read = (release: string, file: string): string =>
  readFileSync(new URL(`${release}/${file}`, import.meta.url), 'utf8')

/** What a release left of an engine: its schema, and the rows that its code wrote. */
export const sqlOf = (release: string, engine: 'sqlite' | 'postgres'): string =>
  read(release, `${engine}.sql`)

const keptAnswers = (release: string): readonly Answer[] =>
  read(release, 'answers.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)

/** Every question that the release answered, asked again: nothing of what it told may differ, nor its text. */
export async function expectTheSameAnswers(release: string, open: OpenStore): Promise<void> {
  const kept = keptAnswers(release)
  expect(kept.length).toBeGreaterThan(200)
  for (const options of NAMESPACES) {
    const then = kept.filter(({ namespace }) => namespace === options.namespace)
    await using store = await open(options)
    await store.setTestClock(ASKED_AT)
    const now = new Map((await answersOf(store)).map((answer) => [answer.question, answer]))
    const asked = then.map((answer) => ({ ...answer, answer: told(answer, now.get(answer.question)) }))
    expect(linesOf(asked)).toEqual(linesOf(then))
  }
}

/** A newer release may tell more of a run or an entry: what it tells beside is left out. */
function told(then: Answer, now: Answer | undefined): unknown {
  if (now === undefined) return undefined
  if (Array.isArray(then.answer) && Array.isArray(now.answer)) {
    const before = then.answer as readonly object[]
    return now.answer.map((row: object, index) =>
      before[index] === undefined ? row : among(before[index], row),
    )
  }
  return among(then.answer as object, now.answer as object)
}

const among = (then: object, now: object): object =>
  Object.fromEntries(Object.keys(then).map((key) => [key, (now as Record<string, unknown>)[key]]))

/** A case beside the data of a release: its namespaces are its own, and the clock runs when it begins. */
export async function runBeside(one: ConformanceCase, number: number, open: OpenStore): Promise<void> {
  const own = ({ namespace = 'default', ...options }: HarnessOptions = {}): HarnessOptions => ({
    ...options,
    namespace: `${number} ${namespace}`,
  })
  const clock: StateStore = await open()
  await clock.setTestClock(null)
  await clock.close()
  await runCase(one, (options) => open(own(options)))
}
