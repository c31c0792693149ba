import { group } from './bench.ts'
import { equal, eventually, holds, rejects } from './expectations.ts'

export const questionCases = group('questions', {
  'are answered by one responder, in turn': async (open) => {
    const { bus } = await open()
    for (const name of ['a', 'b']) await bus.respond('who', (payload) => ({ name, payload }))
    const answers = [await bus.request('who', 1), await bus.request('who', 2)] as {
      name: string
      payload: number
    }[]
    equal(
      answers.map(({ payload }) => payload),
      [1, 2],
      'payloads',
    )
    equal(answers.map(({ name }) => name).sort(), ['a', 'b'], 'both answered')
  },

  'fail at once when nobody responds': async (open) => {
    const { bus } = await open()
    await rejects(bus.request('nobody', 1), 'MESSAGE_NO_RESPONDERS')
    const responder = await bus.respond('soon', () => 1)
    await responder.close()
    await rejects(bus.request('soon', 1), 'MESSAGE_NO_RESPONDERS')
  },

  'time out when the bus says so unless told otherwise, and tell the responder': async (open) => {
    const bench = await open({ requestTimeoutMs: 800 })
    let signal: AbortSignal | undefined
    await bench.bus.respond('slow', (_, context) => {
      signal = context.signal
      return new Promise(() => {})
    })
    const quick = rejects(bench.bus.request('slow', 1, { timeoutMs: 100 }), 'MESSAGE_REQUEST_TIMEOUT')
    await eventually(
      bench,
      () => signal !== undefined,
      () => 'the question arrives',
    )
    await bench.advance(150)
    await quick
    await eventually(
      bench,
      () => signal?.aborted === true,
      () => "the responder's signal",
    )
    let over = false
    const slow = rejects(bench.bus.request('slow', 1), 'MESSAGE_REQUEST_TIMEOUT').then(() => (over = true))
    await bench.settle()
    await bench.advance(300)
    equal(over, false, 'not before 800 ms')
    await bench.advance(600)
    await slow
  },

  'end at once when the asker aborts': async (open) => {
    const bench = await open()
    let signal: AbortSignal | undefined
    await bench.bus.respond('slow', (_, context) => {
      signal = context.signal
      return new Promise(() => {})
    })
    const stop = new AbortController()
    const asked = bench.bus.request('slow', 1, { signal: stop.signal })
    await eventually(
      bench,
      () => signal !== undefined,
      () => 'the question arrives',
    )
    stop.abort({ code: 'MINE' })
    await rejects(asked, 'MINE')
    await eventually(
      bench,
      () => signal?.aborted === true,
      () => "the responder's signal",
    )
    await rejects(bench.bus.request('slow', 1, { signal: stop.signal }), 'MINE')
  },

  'bring back what the responder threw, without its stack': async (open) => {
    const { bus } = await open()
    await bus.respond('bad', () => {
      throw Object.assign(new Error('no such order'), { code: 'NOT_FOUND', retriable: false })
    })
    const error = await rejects(bus.request('bad', 1), 'MESSAGE_RESPONDER_FAILED')
    holds(String(error.message).includes('no such order'), 'message')
    equal([error.remoteCode, error.retriable], ['NOT_FOUND', false], 'code and retriable')
    await bus.respond('odd', () => 1n)
    equal(
      (await rejects(bus.request('odd', 1), 'MESSAGE_RESPONDER_FAILED')).remoteCode,
      'MESSAGE_NOT_JSON',
      'not JSON',
    )
  },

  'carry copies both ways, and nothing becomes null': async (open) => {
    const { bus } = await open()
    const kept = { n: 1 }
    await bus.respond('copy', (payload) => {
      ;(payload as { n: number }).n = 5
      return kept
    })
    const question = { n: 0 }
    const answer = (await bus.request('copy', question)) as { n: number }
    answer.n = 9
    equal([question.n, kept.n], [0, 1], 'neither was changed')
    await bus.respond('nothing', () => {})
    equal(await bus.request('nothing', 1), null, 'nothing')
  },
})
