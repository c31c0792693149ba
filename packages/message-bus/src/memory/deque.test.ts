import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Deque } from './deque.ts'

it('does what an array does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('push', 'push', 'unshift', 'shift'), { maxLength: 200 }),
      (steps) => {
        const [deque, array] = [new Deque<number>(), [] as number[]]
        for (const [n, step] of steps.entries()) {
          if (step === 'shift') expect(deque.shift()).toBe(array.shift())
          else {
            deque[step as 'push'](n)
            array[step as 'push'](n)
          }
          expect(deque.size).toBe(array.length)
        }
      },
    ),
  )
})
