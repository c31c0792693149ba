import { createEventBus } from '@pawl/event-bus'
import type { StateStore } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import type { RuntimeEvents } from './events.ts'
import { RunFeed } from './run-feed.ts'

const of = { runId: 'r', workflow: 'w', step: 'a', agent: null }
const text = { runId: 'r', step: 'a', epoch: 0, fence: 1, attempt: 1 }

function stage() {
  const events = createEventBus<RuntimeEvents>()
  const timers: { readonly fn: () => void; readonly ms: number }[] = []
  let now = 1_000
  let hint: () => void = () => {}
  const feed = new RunFeed('r', {
    events,
    store: {
      watch(listener: () => void) {
        hint = listener
        return () => {
          hint = () => {}
        }
      },
    } as unknown as StateStore,
    ports: {
      now: () => now,
      setTimer(fn, ms) {
        const timer = { fn, ms }
        timers.push(timer)
        return () => timers.splice(timers.indexOf(timer), 1)
      },
      random: Math.random,
      turn: async () => {},
      id: () => 'id',
    },
  })
  const pass = (ms: number) => {
    now += ms
  }
  return { events, feed, timers, pass, hint: () => hint() }
}

describe('a feed', () => {
  it('hears of its run alone: text, steps, and that the journal moved on', () => {
    const { events, feed } = stage()
    events.emit('step.started', of)
    events.emit('step.started', { ...of, runId: 'another' })
    events.emit('output.rewind', { ...text, to: 0 })
    events.emit('output.chunk', { ...text, offset: 0, text: 'x' })
    events.emit('output.ended', { ...text, length: 1 })
    events.emit('run.log', {
      runId: 'r',
      workflow: 'w',
      step: 'a',
      message: 'm',
      agent: null,
      level: 'info',
      details: null,
      replayed: false,
    })
    events.emit('step.skipped', { ...of, version: 7 })
    events.emit('workflow.waiting', { runId: 'r', workflow: 'w', wakeInMs: null, signals: ['s'] })
    const heard = Array.from({ length: 5 }, () => feed.next())
    expect(heard).toMatchObject([
      { what: 'step', step: 'a' },
      { what: 'chunk', chunk: { offset: 0, text: '' } },
      { what: 'chunk', chunk: { offset: 0, text: 'x', fence: 1 } },
      { what: 'journal', version: 7 },
      { what: 'journal', version: null },
    ])
    expect(feed.next()).toBeUndefined()
  })

  it('gives what was heard of one step first, if asked', () => {
    const { events, feed } = stage()
    events.emit('step.started', { ...of, step: 'b' })
    events.emit('step.completed', { ...of, durationMs: 0, attempts: 1, tokens: 0, version: 2 })
    events.emit('output.chunk', { ...text, offset: 0, text: 'x' })
    expect(feed.nextOf('a')).toMatchObject({ what: 'chunk', step: 'a' })
    expect(feed.nextOf('a')).toBeUndefined()
    expect(feed.nextOf(null)).toMatchObject({ what: 'step', step: 'b' })
    expect(feed.next()).toMatchObject({ what: 'journal' })
  })

  it('lets go of everything for a reader who is slow, and says so', () => {
    const { events, feed } = stage()
    for (let offset = 0; offset < 20; offset++)
      events.emit('output.chunk', { ...text, offset: offset * 16_000, text: 'x'.repeat(16_000) })
    expect([feed.takeLook(), feed.takeBehind(), feed.takeBehind()]).toEqual([true, true, false])
    let held = 0
    for (let heard = feed.next(); heard !== undefined; heard = feed.next()) {
      held += heard.what === 'chunk' ? heard.chunk.text.length : 0
    }
    expect(held).toBeLessThan(256 * 1024)
    for (let number = 0; number < 1_500; number++) events.emit('step.started', of)
    expect(feed.takeBehind()).toBe(true)
  })

  it('asks the store now and then, and on a hint, but not all the time', async () => {
    const { events, feed, timers, pass, hint } = stage()
    const waits = feed.news(undefined)
    expect(timers.map(({ ms }) => ms)).toEqual([250])
    timers[0]?.fn()
    await waits
    expect([feed.takeLook(), feed.takeLook(), timers.length]).toEqual([true, false, 0])
    hint()
    expect(feed.takeLook()).toBe(false)
    pass(50)
    hint()
    expect(feed.takeLook()).toBe(true)
    const woken = feed.news(undefined)
    events.emit('step.started', of)
    await woken
    expect(timers).toEqual([])
  })

  it('ends its waiting with a signal, and hears nothing after its end', async () => {
    const { events, feed, timers, hint } = stage()
    const controller = new AbortController()
    const waits = feed.news(controller.signal)
    controller.abort()
    await waits
    await feed.news(controller.signal)
    feed.close()
    events.emit('step.started', of)
    hint()
    expect([feed.next(), feed.takeLook(), timers.length]).toEqual([undefined, false, 0])
  })
})
