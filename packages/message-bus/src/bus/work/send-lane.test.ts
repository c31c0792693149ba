import { expect, it } from 'vitest'
import type { AcceptingWork, Broker, QueueWake, Verdict } from '../../broker/broker.ts'
import { newHead } from '../../contract/envelope.ts'
import { realPorts } from '../../ports.ts'
import { SendLane } from './send-lane.ts'

const work = (id: string): AcceptingWork => ({
  head: newHead('q', {}, id, 0),
  payload: '1',
  given: false,
  delayMs: 0,
})

/** What of a broker a lane uses; its answers are given by hand. */
class Answering {
  readonly limits = { count: 10, chars: 1000, turns: 1 }
  readonly calls: ((verdicts: readonly Verdict[]) => void)[] = []
  wake: (wake: QueueWake) => void = () => {}

  send = (): Promise<readonly Verdict[]> => new Promise((resolve) => this.calls.push(resolve))
  watchQueue = async (_: string, wake: (wake: QueueWake | undefined) => void) => {
    this.wake = wake
    return async () => {}
  }
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('ends the wait of what was aborted while it was on its way', async () => {
  const broker = new Answering()
  const parts = { waitForRoom: true, setTimer: realPorts.setTimer, take: broker.send, empty: () => {} }
  const lane = new SendLane('q', broker as unknown as Broker, parts)
  const stop = new AbortController()
  const sent = lane.send(work('a'), stop.signal)
  await turnOfTheLoop()
  stop.abort(new Error('enough'))
  broker.calls.shift()?.(['full'])
  await expect(sent).rejects.toThrow('enough')
  lane.close()
})

it('hears of room that is made before the answer that there is none', async () => {
  const broker = new Answering()
  const parts = { waitForRoom: true, setTimer: realPorts.setTimer, take: broker.send, empty: () => {} }
  const lane = new SendLane('q', broker as unknown as Broker, parts)
  const sent = lane.send(work('a'), undefined)
  await turnOfTheLoop()
  broker.calls.shift()?.(['full'])
  await turnOfTheLoop()
  // It watches now, and tries once more. While the answer is on its way, room is made.
  expect(broker.calls).toHaveLength(1)
  broker.wake({ wakes: 1, inMs: 0, room: true })
  broker.calls.shift()?.(['full'])
  await turnOfTheLoop()
  expect(broker.calls).toHaveLength(1)
  broker.calls.shift()?.(['accepted'])
  expect(await sent).toEqual({ id: 'a', duplicate: false })
  lane.close()
})
