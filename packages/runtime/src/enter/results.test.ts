import { openStateStore, type StateStore } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { workflow } from '../define/workflow.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { Results } from './results.ts'

const elsewhere = workflow('elsewhere', () => Promise.resolve(1))
const worker = 'somebody else'

/** Waits for a run that another process drives, in virtual time; counts how often the store is asked for it. */
async function waitingFor() {
  const truth = await openStateStore({ path: ':memory:' })
  const { runId, fence } = await truth.open({ type: 'elsewhere', claimFor: { worker, leaseMs: 1_000 } })
  const listeners = new Set<() => void>()
  const asked: number[] = []
  const clock = new VirtualClock()
  const store: StateStore = Object.create(truth, {
    run: {
      value: (id: string) => {
        asked.push(clock.now)
        return truth.run(id)
      },
    },
    journal: { value: truth.journal.bind(truth) },
    watch: {
      value: (listener: () => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  const results = new Results(store, clock.ports, () => false)
  const result = results.wait(runId, elsewhere)
  await clock.advance(0)
  const hint = () => {
    for (const listener of [...listeners]) listener()
  }
  const end = () => {
    const entries = [{ kind: 'completed', payload: 1 }] as const
    return truth.commit({
      runId,
      worker,
      fence: fence ?? 0,
      version: 2,
      entries,
      next: { status: 'completed' },
    })
  }
  return { clock, asked, results, result, hint, end, listeners, truth }
}

describe('waiting for a run of another process', () => {
  it('asks twice a second at first, and every four seconds in the end', async () => {
    const { clock, asked, end, result, truth } = await waitingFor()
    await clock.advance('4s')
    expect(asked.length).toBeGreaterThanOrEqual(8)
    await clock.advance('10m')
    const before = asked.length
    expect(before).toBeLessThan(200)
    await clock.advance('1m')
    expect(asked.length - before).toBe(15)
    await end()
    expect(await clock.until(result)).toMatchObject({ output: 1 })
    await truth.close()
  })

  it('is told soon when the store says that somebody wrote, but does not ask for each write', async () => {
    const { clock, asked, hint, end, result, listeners, truth } = await waitingFor()
    await clock.advance('10m')
    await end()
    const ended = clock.now
    hint()
    expect(await clock.until(result)).toMatchObject({ output: 1 })
    expect(clock.now - ended).toBeLessThanOrEqual(500)
    expect(listeners.size).toBe(0)
    expect(asked.at(-1)).toBe(clock.now)
    await truth.close()
  })

  it('asks no more than twice a second, however often somebody writes', async () => {
    const { clock, asked, hint, results, result, truth } = await waitingFor()
    result.catch(() => {})
    await clock.advance('10m')
    const before = asked.length
    for (let times = 0; times < 1_000; times++) {
      hint()
      await clock.advance(10)
    }
    expect(asked.length - before).toBeLessThanOrEqual(21)
    results.close()
    await expect(result).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' })
    await truth.close()
  })
})
