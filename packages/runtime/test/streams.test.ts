import { Outputs } from '@pawl/event-bus'
import { openStateStore, StateStoreError } from '@pawl/state-store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agent, createRuntime, type StepContext, type WorkflowProgress, workflow } from '../src/index.ts'
import { gate, openStore, pause, rejection, start, storeFile, until } from './harness.ts'
import { collect, Reader, seenOf } from './told.ts'

/** Writes words with pauses between them, as a model does. */
async function speak(step: StepContext, words: readonly string[], ms = 2): Promise<number> {
  for (const word of words) {
    step.write(word)
    await pause(ms)
  }
  return words.length
}

const WORDS = Array.from({ length: 40 }, (_, index) => `word ${index} `)
const TEXT = WORDS.join('')

const talk = workflow('talk')
  .step('think', { run: () => 1 })
  .step('speak', { after: 'think', run: (_, step) => speak(step, WORDS, 5) })
  .step('rest', { after: 'speak', run: () => 2 })

const STORY = [
  'started',
  'step_completed think',
  'ended speak',
  'step_completed speak',
  'step_completed rest',
  'completed',
]

describe('output of steps', () => {
  it('is told while the step is at work, before its entry, and its end', async () => {
    const runtime = await start({ workflows: [talk] })
    const told = await collect(runtime.streamWorkflow(talk, null))
    expect(seenOf(told)).toEqual({ story: STORY, texts: { speak: TEXT } })
    const pieces = told.filter(({ type }) => type === 'output')
    // Joined for 50 ms each, and told long before the step ends.
    expect(pieces.length).toBeGreaterThan(2)
    expect(pieces.length).toBeLessThan(20)
    expect(pieces[0]).toMatchObject({
      step: 'speak',
      percent: 33,
      data: { epoch: 0, fence: 1, attempt: 1, offset: 0, text: expect.stringMatching(/^word 0 /) },
    })
    const started = told.findIndex(({ type, step }) => type === 'step_started' && step === 'speak')
    expect(started).toBeGreaterThan(0)
    expect(told[started + 1]?.type).toBe('output')
  })

  it('is told alike by another runtime on the file, while the run goes on and afterwards', async () => {
    const path = storeFile()
    const long = workflow('long').step('speak', { run: (_, step) => speak(step, WORDS, 25) })
    const one = await start({ workflows: [long], stateStore: { path } })
    const two = await start({ workflows: [long], stateStore: { path }, concurrency: 0 })
    const { runId, result } = await one.startWorkflow(long, null)
    const times: number[] = []
    const reader = new Reader()
    for await (const item of two.followWorkflow(runId)) {
      if (item.type === 'output') times.push(performance.now())
      reader.read(item)
    }
    await result()
    const story = ['started', 'ended speak', 'step_completed speak', 'completed']
    expect(reader.seen).toEqual({ story, texts: { speak: TEXT } })
    // Live, not all at once at the end.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(200)
    expect(seenOf(await collect(two.followWorkflow(runId)))).toEqual(reader.seen)
  })

  it('costs nothing if there is none, and few writes if there are a thousand tokens', async () => {
    const store = await openStateStore({ path: storeFile() })
    const silent = workflow('silent').step('a', { run: () => 1 })
    const chatty = workflow('chatty').step('a', {
      run: async (_, step) => {
        for (let token = 0; token < 1_000; token++) {
          step.write(`token ${token} `)
          if (token % 25 === 0) await pause(5)
        }
      },
    })
    const writes: unknown[] = []
    const { output } = store
    const write = output.write.bind(output)
    output.write = (chunk) => {
      writes.push(chunk)
      write(chunk)
    }
    const runtime = await start({ workflows: [silent, chatty], stateStore: store })
    await runtime.executeWorkflow(silent, null)
    expect(writes).toEqual([])
    const { runId } = await runtime.executeWorkflow(chatty, null)
    expect(writes.length).toBeGreaterThan(1)
    expect(writes.length).toBeLessThan(30)
    expect((await store.output.read({ runId })).length).toBeLessThan(10)
    const { items } = await runtime.getStateHistory(runId, { kinds: ['step_completed'] })
    expect(items[0]?.meta.outputLength).toBe(
      Array.from({ length: 1_000 }, (_, token) => `token ${token} `.length).reduce((sum, one) => sum + one),
    )
    await runtime.shutdown({ grace: 0 })
    await store.close()
  })

  it('takes text alone; what an attempt writes after its end is left out', async () => {
    let late: StepContext | undefined
    const odd = workflow('odd', async (ctx) => {
      await ctx.step('number', (step) => step.write(7 as unknown as string)).catch(() => {})
      await ctx.step('early', (step) => {
        late = step
        step.write('in time')
      })
      late?.write(' too late')
      late?.progress(50)
    })
    const runtime = await start({ workflows: [odd] })
    const told = await collect(runtime.streamWorkflow(odd, null))
    expect(told.find(({ type }) => type === 'step_failed')).toMatchObject({ data: { code: 'INVALID_INPUT' } })
    expect(new Reader().readAll(told).texts.get('early')).toBe('in time')
    expect(told.some(({ type }) => type === 'step_progress')).toBe(false)
  })

  it('survives what text can hold, and comes in pieces of a bounded size', async () => {
    const text = `a\u0000b \ud800 ${'👍'.repeat(30_000)} \u2028`
    const hostile = workflow('hostile').step('a', { run: (_, step) => step.write(text) })
    const path = storeFile()
    const one = await start({ workflows: [hostile], stateStore: { path } })
    const two = await start({ workflows: [hostile], stateStore: { path }, concurrency: 0 })
    const told = await collect(one.streamWorkflow(hostile, null))
    const { runId } = told[0]!
    for (const items of [told, await collect(two.followWorkflow(runId))]) {
      expect(new Reader().readAll(items).texts.get('a') === text).toBe(true)
      const sizes = items.map((item) => (item.type === 'output' ? item.data.text.length : 0))
      expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384)
    }
  })
})

describe('a retry', () => {
  const flaky = workflow('flaky').step('speak', {
    retry: { retries: 2, minDelayMs: 30, maxDelayMs: 30 },
    run: async (_, step) => {
      await speak(step, [`attempt ${step.attempt} `, 'says ', 'something '], 60)
      if (step.attempt < 3) throw new Error('no')
      return 'done'
    },
  })

  it('rewinds what was told, at once where it is driven and for those elsewhere', async () => {
    const path = storeFile()
    const one = await start({ workflows: [flaky], stateStore: { path } })
    const two = await start({ workflows: [flaky], stateStore: { path }, concurrency: 0 })
    const { runId } = await one.startWorkflow(flaky, null)
    const [here, there] = await Promise.all([
      collect(one.followWorkflow(runId)),
      collect(two.followWorkflow(runId)),
    ])
    for (const told of [here, there]) {
      expect(new Reader().readAll(told).texts.get('speak')).toBe('attempt 3 says something ')
      const rewinds = told.flatMap((item) => (item.type === 'output_rewind' ? [item.data.attempt] : []))
      expect(rewinds).toEqual([2, 3])
    }
    const retried = here.flatMap((item) => (item.type === 'step_retried' ? [item.data] : []))
    expect(retried).toMatchObject([
      { attempt: 1, error: { message: 'no' } },
      { attempt: 2, error: { message: 'no' } },
    ])
    const [rewound, again] = ['output_rewind', 'step_retried'].map((type) =>
      here.findIndex((item) => item.type === type),
    )
    expect(rewound).toBeGreaterThan(again!)
    expect(here[rewound! + 1]).toMatchObject({ type: 'output', data: { attempt: 2, offset: 0 } })
  })

  it('that writes nothing takes the text of the attempt before with it', async () => {
    const shy = workflow('shy').step('speak', {
      retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 },
      run: async (_, step) => {
        if (step.attempt > 1) return 'nothing to say'
        step.write('well')
        await pause(60)
        throw new Error('no')
      },
    })
    const path = storeFile()
    const one = await start({ workflows: [shy], stateStore: { path } })
    const two = await start({ workflows: [shy], stateStore: { path }, concurrency: 0 })
    const { runId } = await one.startWorkflow(shy, null)
    const streams = [one.followWorkflow(runId), two.followWorkflow(runId)].map(collect)
    for (const told of await Promise.all(streams)) {
      expect(new Reader().readAll(told).texts.get('speak')).toBe('')
      expect(told.some(({ type }) => type === 'output_ended')).toBe(false)
    }
  })

  it('leaves out what the attempt before still says after its timeout', async () => {
    const slow = workflow('slow').step('speak', {
      timeout: '40ms',
      retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 },
      run: async (_, step) => {
        if (step.attempt === 1)
          await speak(
            step,
            Array.from({ length: 20 }, () => 'zombie '),
            10,
          )
        else step.write('second')
      },
    })
    const runtime = await start({ workflows: [slow] })
    const told = await collect(runtime.streamWorkflow(slow, null))
    await pause(250)
    expect(new Reader().readAll(told).texts.get('speak')).toBe('second')
    const again = await collect(runtime.followWorkflow(told[0]!.runId))
    expect(new Reader().readAll(again).texts.get('speak')).toBe('second')
  })
})

describe('a task', () => {
  const teller = agent('teller', {
    retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 },
    run: async (name: string, step) => {
      await speak(step, [`Hello ${name}`, `, it is attempt ${step.attempt}.`])
      if (step.attempt === 1) throw new Error('again')
      return name.length
    },
  })
  const seen = { story: ['started', 'ended run', 'step_completed run', 'completed'] }

  it('is streamed like a run', async () => {
    const runtime = await start({ agents: [teller] })
    const told = await collect(runtime.streamTask(teller, 'Bea'))
    expect(seenOf(told)).toEqual({ ...seen, texts: { run: 'Hello Bea, it is attempt 2.' } })
    expect(told.at(-1)).toMatchObject({ type: 'completed', percent: 100 })
    expect(told.find(({ type }) => type === 'output_ended')).toMatchObject({ agent: 'teller' })
    await cutEverywhere(told, (after) => collect(runtime.followWorkflow(told[0]!.runId, { after })))
    expect((await rejection(collect(runtime.streamTask('nobody', 1)))).code).toBe('UNKNOWN_AGENT')
  })

  it('of the queue is followed from another process', async () => {
    const path = storeFile()
    const asks = await start({ stateStore: { path }, concurrency: 0, taskConcurrency: 0 })
    const { taskId } = await asks.submitTask(teller, 'Cleo')
    const following = collect(asks.followWorkflow(taskId))
    await start({ agents: [teller], stateStore: { path } })
    expect(seenOf(await following)).toEqual({ ...seen, texts: { run: 'Hello Cleo, it is attempt 2.' } })
  })
})

describe('a transaction', () => {
  it('that is tried again in one attempt begins its text anew', async () => {
    const store = await openStore()
    let calls = 0
    const transact = store.transact.bind(store)
    store.transact = (work, options) =>
      transact((tx) => {
        const made = work(tx)
        if (calls === 1)
          throw new StateStoreError('STORE_BUSY', 'after the function has run', { retriable: true })
        return made
      }, options)
    const writes = workflow('writes', async (ctx) =>
      ctx.transaction('a', (_, step) => {
        calls += 1
        step.write(calls === 1 ? 'the first call says more' : 'the second one')
      }),
    )
    const runtime = await start({ workflows: [writes], stateStore: store })
    const told = await collect(runtime.streamWorkflow(writes, null))
    expect(calls).toBe(2)
    for (const items of [told, await collect(runtime.followWorkflow(told[0]!.runId))]) {
      expect(seenOf(items)).toMatchObject({ texts: { a: 'the second one' } })
    }
  })
})

describe('a run that is taken over', () => {
  it('begins the text of its step anew, in every stream', async () => {
    const path = storeFile()
    const stuck = gate()
    const said: string[] = []
    const make = (who: string) =>
      workflow('taken').step('speak', {
        run: async (_, step) => {
          said.push(who)
          await speak(step, [`${who} `, 'says ', 'this '], 60)
          if (who === 'one') await stuck.opened
          return who
        },
      })
    const one = createRuntime({
      workflows: [make('one')],
      stateStore: { path },
      lease: '300ms',
      sweep: '50ms',
    })
    await one.initialize()
    const two = await start({
      workflows: [make('two')],
      stateStore: { path },
      concurrency: 0,
    })
    const { runId } = await one.startWorkflow('taken', null)
    const following = collect(two.followWorkflow(runId))
    const outputs = new Outputs()
    one.events.on('output.*', (event) => void outputs.take(event))
    await until(() => outputs.get(runId, 'speak')?.text.includes('this'), 'the first one spoke')
    // What a killed process would leave: its runs are given up without a word, and it goes on in ignorance.
    const zombie = await openStateStore({ path })
    await zombie.release(one.worker)
    await zombie.close()
    const three = await start({ workflows: [make('two')], stateStore: { path }, sweep: '50ms' })
    const there = collect(three.followWorkflow(runId))
    stuck.open()
    for (const told of await Promise.all([following, there])) {
      const reader = new Reader().readAll(told)
      const [text] = reader.texts.values()
      expect(text).toBe(said.length === 1 ? 'one says this ' : `${said.at(-1)} says this `)
      expect(reader.story.at(-1)).toBe('completed')
    }
    three.events.on('output.*', (event) => void outputs.take(event))
    await one.shutdown({ grace: 0 })
  })
})

describe('a rollback', () => {
  it('rewinds the texts of what it takes away, and no others', async () => {
    const path = storeFile()
    const chain = workflow('chain')
      .step('a', { run: (_, step) => speak(step, ['a says ', 'this '], 1) })
      .step('b', { after: 'a', run: (_, step) => speak(step, ['b says ', 'that '], 1) })
    const one = await start({ workflows: [chain], stateStore: { path } })
    const { runId } = await one.executeWorkflow(chain, null)
    await one.rollbackWorkflow(runId, { toVersion: 2 })
    const two = await start({ workflows: [chain], stateStore: { path }, concurrency: 0 })
    const following = collect(two.followWorkflow(runId))
    await pause(50)
    await (await one.resumeWorkflow(runId)).result()
    const told = await following
    const reader = new Reader()
    for (const item of told) {
      reader.read(item)
      if (item.type === 'rolled_back')
        expect(Object.fromEntries(reader.texts)).toEqual({ a: 'a says this ', b: '' })
    }
    expect(reader.seen).toMatchObject({ texts: { a: 'a says this ', b: 'b says that ' } })
    await cutEverywhere(told, (after) => collect(one.followWorkflow(runId, { after })))
  })
})

/** Takes a stream up after each item, and compares what a reader has then with what he had without the cut. */
async function cutEverywhere(
  whole: readonly WorkflowProgress[],
  follow: (cursor: string) => Promise<readonly WorkflowProgress[]>,
): Promise<void> {
  const expected = seenOf(whole)
  for (const [index, item] of whole.entries()) {
    const rest = await follow(item.cursor)
    expect(seenOf([...whole.slice(0, index + 1), ...rest]), `cut after ${index} ${item.type}`).toEqual(
      expected,
    )
  }
}

describe('a cursor', () => {
  it('takes the stream up anywhere, in either process, while the run goes on', async () => {
    const path = storeFile()
    const one = await start({ workflows: [talk], stateStore: { path } })
    const two = await start({ workflows: [talk], stateStore: { path }, concurrency: 0 })
    const { runId } = await one.startWorkflow(talk, null)
    const whole: WorkflowProgress[] = []
    const resumed: Promise<readonly WorkflowProgress[]>[] = []
    for await (const item of one.followWorkflow(runId)) {
      whole.push(item)
      const other = whole.length % 2 === 0 ? one : two
      resumed.push(collect(other.followWorkflow(runId, { after: item.cursor })))
    }
    const expected = seenOf(whole)
    for (const [index, rest] of (await Promise.all(resumed)).entries()) {
      expect(seenOf([...whole.slice(0, index + 1), ...rest]), `cut after ${index}`).toEqual(expected)
    }
  })

  it('takes up any story at any place: steps that speak, fail, retry, side by side and one after another', async () => {
    const sentence = fc.array(fc.constantFrom('ä', 'words ', '👍', 'x'.repeat(300)), { maxLength: 6 })
    const attempts = fc.array(sentence, { minLength: 1, maxLength: 3 })
    const store = await openStore()
    const runtime = await start({ workflows: [], stateStore: store })
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(attempts, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (steps, beside) => {
          number += 1
          const definition = workflow(`story-${number}`, async (ctx) => {
            const work =
              (attemptsOf: readonly (readonly string[])[], index: number) => (branch: typeof ctx) =>
                branch.step(
                  `s${index}`,
                  async (step) => {
                    await speak(step, attemptsOf[step.attempt - 1] ?? [], 1)
                    if (step.attempt % 2 === 0) await pause(55)
                    if (step.attempt < attemptsOf.length) throw new Error('again')
                  },
                  { retry: { retries: 3, minDelayMs: 1, maxDelayMs: 1 } },
                )
            if (beside) await ctx.all(steps.map(work))
            else for (const [index, one] of steps.entries()) await work(one, index)(ctx)
          })
          const here = await start({ workflows: [definition], stateStore: store })
          const whole = await collect(here.streamWorkflow(definition, null))
          const { runId } = whole[0]!
          const texts = Object.fromEntries(
            steps.flatMap((one, index) => {
              const text = one.at(-1)!.join('')
              return text === '' ? [] : [[beside ? `all:${index}/s${index}` : `s${index}`, text]]
            }),
          )
          expect(seenOf(whole)).toMatchObject({ texts })
          await cutEverywhere(whole, (after) => collect(here.followWorkflow(runId, { after })))
          await here.shutdown({ grace: 0 })
        },
      ),
      { numRuns: 25, ...(process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }) },
    )
    await runtime.shutdown({ grace: 0 })
  }, 60_000)

  it('is one line of ASCII, and anything else is refused', async () => {
    const runtime = await start({ workflows: [talk] })
    const told = await collect(runtime.streamWorkflow(talk, null))
    for (const { cursor } of told) expect(cursor).toMatch(/^[\x20-\x7e]+$/)
    const { runId } = told[0]!
    for (const after of ['', 'x', '[]', '[1]', '[1,0,["a"]]', -1, 1.5, '{"a":1}']) {
      expect((await rejection(collect(runtime.followWorkflow(runId, { after })))).code).toBe('INVALID_CURSOR')
    }
  })
})

describe('a reader', () => {
  const torrent = workflow('torrent').step('a', {
    run: async (_, step) => {
      for (let part = 0; part < 60; part++) {
        step.write('x'.repeat(16_000))
        await pause(1)
      }
    },
  })

  it('who is slow is told everything that was kept, from the store', async () => {
    const runtime = await start({ workflows: [torrent] })
    const { runId, result } = await runtime.startWorkflow(torrent, null)
    const stream = runtime.followWorkflow(runId)
    const first = await stream.next()
    await result()
    const told = [first.value as WorkflowProgress, ...(await collect(stream))]
    expect(new Reader().readAll(told).texts.get('a')?.length).toBe(60 * 16_000)
  })

  it('who never reads holds no memory', async () => {
    const runtime = await start({ workflows: [torrent] })
    const streams = []
    for (let number = 0; number < 20; number++) {
      const { runId, result } = await runtime.startWorkflow(torrent, null)
      const stream = runtime.followWorkflow(runId)
      await stream.next()
      await result()
      streams.push(stream)
    }
    // Each holds less than a third of what its run wrote.
    const held = runtime.events.stats().listeners
    expect(held).toBeGreaterThanOrEqual(20)
    for (const stream of streams) await stream.return()
    expect(runtime.events.stats().listeners).toBeLessThanOrEqual(held - 20)
  }, 20_000)

  it('who leaves early, or aborts, is forgotten', async () => {
    const wait = gate()
    const waits = workflow('waits').step('a', {
      run: async (_, step) => {
        step.write('something')
        await wait.opened
      },
    })
    const runtime = await start({ workflows: [waits] })
    const { runId } = await runtime.startWorkflow(waits, null)
    const before = runtime.events.stats().listeners
    for await (const item of runtime.followWorkflow(runId)) if (item.type === 'output') break
    const controller = new AbortController()
    const stopped = rejection(collect(runtime.followWorkflow(runId, { signal: controller.signal })))
    await pause(20)
    controller.abort(new Error('enough'))
    expect((await stopped).message).toBe('enough')
    expect(runtime.events.stats().listeners).toBe(before)
    const aborted = AbortSignal.abort(new Error('never'))
    expect((await rejection(collect(runtime.followWorkflow(runId, { signal: aborted })))).message).toBe(
      'never',
    )
    wait.open()
  })
})

describe('progress', () => {
  it('of a step moves the run between its steps', async () => {
    const half = workflow('half')
      .step('a', {
        run: async (_, step) => {
          for (const percent of [50, Number.NaN, 300]) step.progress(percent)
          await pause(5)
        },
      })
      .step('b', { after: 'a', run: () => 1 })
    const runtime = await start({ workflows: [half] })
    const { runId, result } = await runtime.startWorkflow(half, null)
    const told = await collect(runtime.followWorkflow(runId))
    await result()
    const done = told.flatMap((item) =>
      item.type === 'step_progress' ? [[item.data.done, item.percent]] : [],
    )
    expect(done.every(([percent, whole]) => percent! / 2 === whole)).toBe(true)
    const percents = told.map(({ percent }) => percent!)
    expect(percents).toEqual([...percents].sort((a, b) => a - b))
  })

  it('says that a run waits, and until when', async () => {
    const sleeper = workflow('sleeper', async (ctx) => {
      await ctx.sleep('a while', '3s')
    })
    const runtime = await start({ workflows: [sleeper] })
    for await (const item of runtime.streamWorkflow(sleeper, null)) {
      if (item.type !== 'waiting') continue
      expect(item.data.readyAt).toBeGreaterThan(Date.now())
      break
    }
  })
})
