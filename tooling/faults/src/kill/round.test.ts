import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry } from '@pawl/state-store'
import { openSqliteStore } from '@pawl/state-store/sqlite'
import { describe, expect, it } from 'vitest'
import { Finished } from './finished.ts'
import { checkRun } from './round.ts'
import { VICTIMS } from './workflows.ts'

const line = VICTIMS.line!

/** The journal of an undisturbed run, with steps and output as given. */
function journalOf(steps: readonly string[], output: unknown = line.output): Entry[] {
  const entry = (kind: Entry['kind'], step: string | null, payload: unknown, index: number) =>
    ({
      kind,
      step,
      payload,
      version: index + 1,
      epoch: 0,
      fence: 1,
      hash: null,
      at: 0,
      format: 1,
      meta: {},
    }) as Entry
  const done = steps.map((step, index) => entry('step_completed', step, index, index + 1))
  return [entry('started', null, null, 0), ...done, entry('completed', null, output, steps.length + 1)]
}

describe('the check of a run', () => {
  it('has nothing to say of an undisturbed one', () => {
    expect(checkRun('completed', journalOf(line.steps), line)).toEqual([])
  })

  it.for([
    ['a run that has not ended', checkRun('running', journalOf(line.steps), line), 'the run is running'],
    ['a run that is lost', checkRun(undefined, journalOf(line.steps), line), 'the run is undefined'],
    ['a lost step', checkRun('completed', journalOf(line.steps.slice(1)), line), 'steps are'],
    ['a step twice', checkRun('completed', journalOf([...line.steps, 'step 3']), line), 'steps are'],
    ['another order', checkRun('completed', journalOf(line.steps.toReversed()), line), 'out of order'],
    ['another output', checkRun('completed', journalOf(line.steps, 44), line), 'output is 44'],
    ['a gap', checkRun('completed', journalOf(line.steps).toSpliced(0, 1), line), 'versions have a gap'],
  ] as const)('finds %s', ([, violations, part]) => {
    expect(violations.join('\n')).toContain(part)
  })
})

describe('the watch over finished steps', () => {
  it('finds one that is called again, and no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pawl-finished-'))
    try {
      const [path, effects] = [join(folder, 'store.db'), join(folder, 'effects')]
      const runId = '00000000-0000-7000-8000-000000000001'
      {
        await using store = await openSqliteStore({ path })
        await store.open({ runId, type: 'line', claimFor: { worker: 'w', leaseMs: 1_000 } })
        const entries = [{ kind: 'step_completed', step: 'one' }] as const
        await store.commit({ runId, worker: 'w', fence: 1, version: 2, entries })
      }
      const finished = new Finished(path, runId, effects)
      await writeFile(effects, 'one\none\ntwo\n')
      await finished.note()
      await writeFile(effects, 'one\none\ntwo\ntwo\n')
      expect(await finished.violations()).toEqual([])
      await writeFile(effects, 'one\none\ntwo\ntwo\none\n')
      expect(await finished.violations()).toEqual(["'one' stood finished on disk and was called again"])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
