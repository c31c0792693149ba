import { Outputs } from '@pawl/event-bus'
import { createEventClient } from '@pawl/event-bus/client'
import { createSseBridge } from '@pawl/event-bus/sse'
import { expect, it } from 'vitest'
import { type RuntimeEvents, workflow } from '../src/index.ts'
import { pause, start, until } from './harness.ts'

const WORDS = Array.from({ length: 30 }, (_, index) => `word ${index} `)

/** A model that breaks off twice. */
const flaky = workflow('flaky').step('speak', {
  retry: { retries: 2, minDelayMs: 20, maxDelayMs: 20 },
  run: async (_, step) => {
    for (const word of WORDS.slice(0, step.attempt * 10)) {
      step.write(`${step.attempt}: ${word}`)
      await pause(10)
    }
    if (step.attempt < 3) throw new Error('the connection broke')
  },
})

/** A response over a network that may break: its cut is added to the list. */
function breakable(response: Response, cuts: (() => void)[]): Response {
  const reader = response.body?.getReader()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      cuts.push(() => {
        controller.error(new Error('the network broke'))
        reader?.cancel().catch(() => {})
      })
    },
    async pull(controller) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
  return new Response(body, { status: response.status, headers: response.headers })
}

it('a browser behind the SSE bridge shows no token twice, over cuts and retries', async () => {
  const runtime = await start({ workflows: [flaky] })
  const bridge = createSseBridge(runtime.events, { authorize: () => true, pattern: 'output.*' })
  const cuts: (() => void)[] = []
  const client = createEventClient<RuntimeEvents>({
    sse: 'http://pawl.example/sse/progress',
    backoff: { minMs: 1, maxMs: 5 },
    fetch: async (url, init) => breakable(await bridge.handle(new Request(url, init)), cuts),
  })
  try {
    const outputs = new Outputs()
    const { runId, result } = await runtime.startWorkflow(flaky, null)
    const seen: string[] = []
    const reading = (async () => {
      for await (const event of client.subscribe(runId)) {
        const text = outputs.take(event)
        if (text !== undefined) seen.push(text.text)
        if (text?.complete) return
      }
    })()
    for (let cut = 0; cut < 12; cut++) {
      await pause(40)
      cuts.at(-1)?.()
    }
    await result()
    await reading
    await until(() => outputs.get(runId, 'speak')?.complete)
    const whole = (attempt: number, words: readonly string[]) =>
      words.map((word) => `${attempt}: ${word}`).join('')
    expect(outputs.get(runId, 'speak')).toMatchObject({ attempt: 3, text: whole(3, WORDS), missing: 0 })
    // At no time was there anything on the screen that no attempt wrote.
    const valid = [1, 2, 3].map((attempt) => whole(attempt, WORDS.slice(0, attempt * 10)))
    for (const text of seen)
      expect(
        valid.some((one) => one.startsWith(text)),
        text,
      ).toBe(true)
    expect(cuts.length).toBeGreaterThan(3)
  } finally {
    client.close()
    await bridge.close()
  }
}, 20_000)
