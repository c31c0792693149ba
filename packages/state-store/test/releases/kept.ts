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
    const asked = then.map((answer) => ({
      ...answer,
      answer: told(answer.answer, now.get(answer.question)?.answer),
    }))
    expect(linesOf(asked)).toEqual(linesOf(then))
  }
}

/** What is the caller's own, not the store's words about it. */
const OPAQUE: ReadonlySet<string> = new Set([
  'payload',
  'meta',
  'input',
  'results',
  'shared',
  'output',
  'error',
])

/** A newer release may tell more of a run or an entry: what it tells beside is left out. */
function told(then: unknown, now: unknown): unknown {
  if (Array.isArray(then) && Array.isArray(now)) {
    return now.map((item, index) => (index < then.length ? told(then[index], item) : item))
  }
  if (!isRecord(then) || !isRecord(now)) return now
  const known = Object.keys(then).map((key) => [key, OPAQUE.has(key) ? now[key] : told(then[key], now[key])])
  return Object.fromEntries(known)
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
