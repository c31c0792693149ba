import { expect, it } from 'vitest'
import { breather } from './breath.ts'

it('lets a timer fire in the middle of long work, and ends with the signal', async () => {
  const controller = new AbortController()
  const reason = new Error('lost the lease')
  setTimeout(() => controller.abort(reason), 10)
  const breathe = breather(controller.signal)
  const work = async () => {
    const end = performance.now() + 5_000
    while (performance.now() < end) await breathe()
  }
  await expect(work()).rejects.toBe(reason)
})
