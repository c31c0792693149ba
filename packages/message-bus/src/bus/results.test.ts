import { expect, it } from 'vitest'
import { VirtualPorts } from '../../test/virtual-ports.ts'
import type { Broker } from '../broker/broker.ts'
import type { EventSide } from './events/events.ts'
import { Results } from './results.ts'

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('looks again when the log grows before the answer of a look that saw nothing', async () => {
  const answers: ((texts: readonly (string | undefined)[]) => void)[] = []
  const broker = { results: () => new Promise((resolve) => answers.push(resolve)) } as unknown as Broker
  let grown = (): void => {}
  const events = {
    onGrowth: async (listener: () => void) => {
      grown = listener
      return () => {}
    },
  } as unknown as EventSide
  const results = new Results(broker, events, new VirtualPorts())
  const waiting = results.get('t', 1_000, undefined)
  await turnOfTheLoop()
  // The word of the result comes by another way than the answer, and may be quicker.
  grown()
  answers.shift()?.([undefined])
  await turnOfTheLoop()
  answers.shift()?.(['"done"'])
  expect(await waiting).toBe('"done"')
  expect(answers).toEqual([])
})
