import { expect, it } from 'vitest'
import { VirtualPorts } from '../../../test/virtual-ports.ts'
import type { Turned } from '../../broker/broker.ts'
import { Outlook } from './outlook.ts'

function opened() {
  const ports = new VirtualPorts()
  let looks = 0
  const outlook = new Outlook({
    ports: { now: () => ports.now(), newId: () => '', setTimer: ports.setTimer.bind(ports) },
    wanted: () => true,
    look: () => looks++,
  })
  const answer = (wakes: number, nextInMs?: number): void => {
    const turned: Turned = { verdicts: [], settled: [], held: [], nextInMs, wakes, now: 0 }
    outlook.claimed(wakes, outlook.heard)
    outlook.answered(turned)
  }
  return { ports, outlook, answer, looks: () => looks }
}
const due = (wakes: number, inMs: number) => ({ wakes, inMs, room: false })

it('expects what is due, unless it is gone', async () => {
  const { ports, outlook, answer, looks } = opened()
  answer(0, 100)
  await ports.advance(99)
  expect(looks()).toBe(0)
  await ports.advance(1)
  expect(looks()).toBe(1)
  outlook.hear(due(1, 50))
  outlook.hear(due(2, -1))
  await ports.advance(1000)
  expect(looks()).toBe(1)
})

it('does not expect what an answer knew to be gone, though the words of it come later', async () => {
  const { ports, outlook, answer, looks } = opened()
  answer(2)
  outlook.hear(due(1, 600))
  outlook.hear(due(2, -1))
  await ports.advance(1000)
  expect(looks()).toBe(0)
})

it('does not expect what an old answer says when the word that it is gone was quicker', async () => {
  const { ports, outlook, answer, looks } = opened()
  outlook.hear(due(2, -1))
  answer(1, 600)
  await ports.advance(1000)
  expect(looks()).toBe(0)
})

it('looks at what is new, and at a server that counts anew', () => {
  const { outlook, answer, looks } = opened()
  answer(7)
  outlook.hear(due(7, 0))
  expect(looks()).toBe(0)
  outlook.hear(due(8, 0))
  expect(looks()).toBe(1)
  outlook.hear(undefined)
  outlook.hear(due(1, 0))
  expect(looks()).toBe(3)
  // Asked for the sake of what was heard, the server knows of less: nothing more is to be had there.
  outlook.hear(due(50, 0))
  expect(outlook.claimed(2, outlook.heard)).toBe(false)
})
