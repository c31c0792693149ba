import { expect, it } from 'vitest'
import { realPorts } from '../enter/real-ports.ts'
import { Delivery } from './delivery.ts'

it('hands over one at a time: everything that follows from one runs before the next', async () => {
  const delivery = new Delivery(realPorts)
  const order: string[] = []
  const hand = (name: string) => async () => {
    order.push(name)
    for (let turn = 0; turn < 50; turn++) await null
    order.push(`after ${name}`)
  }
  delivery.add(hand('a'))
  delivery.add(hand('b'))
  expect(delivery.busy).toBe(true)
  while (delivery.busy) await realPorts.turn()
  expect(order).toEqual(['a', 'after a', 'b', 'after b'])
})
