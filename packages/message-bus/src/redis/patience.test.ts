import { expect, it } from 'vitest'
import { sleep } from '../../test/watched-client.ts'
import { Patience } from './patience.ts'

const MS = 60

it('ends what is not answered in time, and says so once', async () => {
  let late = 0
  const patience = new Patience(MS, () => late++)
  const began = performance.now()
  const silent = [1, 2].map(() => patience.of(new Promise(() => {})))
  for (const one of silent) await expect(one).rejects.toThrow('does not answer')
  expect(performance.now() - began).toBeGreaterThanOrEqual(MS - 1)
  expect(late).toBe(1)
  expect(await patience.of(sleep(1).then(() => 'in time'))).toBe('in time')
  await expect(patience.of(Promise.reject(new Error('its own')))).rejects.toThrow('its own')
  patience.end()
})

it('does not count the time in which the process did not look', async () => {
  const patience = new Patience(MS, () => {})
  // Like an answer that lies in a socket: it is seen only when the process comes to look, after its timers.
  const answer = patience.of(new Promise((resolve) => setImmediate(() => resolve('there'))))
  for (const end = performance.now() + 2 * MS; performance.now() < end; );
  expect(await answer).toBe('there')
  patience.end()
})
