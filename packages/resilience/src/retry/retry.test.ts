import { settled, VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { policy, type RetriesExhaustedError, type RetryOptions } from '../index.ts'

/** A call that notes when each attempt began, and fails with what `errors` holds for it. */
function flaky(ports: VirtualPorts, errors: unknown[]) {
  const began = ports.time
  const at: number[] = []
  const fn = vi.fn(({ attempt }: { attempt: number }) => {
    at.push(ports.time - began)
    if (attempt <= errors.length) throw errors[attempt - 1]
    return `value ${attempt}`
  })
  return { fn, at }
}

/** Runs the call to its end and returns its value or its error. */
async function ended(ports: VirtualPorts, call: Promise<unknown>): Promise<unknown> {
  const result = call.catch((error: unknown) => error)
  await ports.advance(10 * 60_000)
  return result
}

const under = (ports: VirtualPorts, retry: number | RetryOptions) => policy({ retry }, ports)

describe('retry', () => {
  it('makes four attempts for three retries, 1, 2 and 4 s apart with equal jitter', async () => {
    const ports = new VirtualPorts()
    ports.random = () => 0
    const { fn, at } = flaky(
      ports,
      [1, 2, 3, 4].map((n) => new Error(`e${n}`)),
    )
    const error = (await ended(ports, under(ports, 3).execute(fn))) as RetriesExhaustedError
    expect(at).toEqual([0, 500, 1500, 3500])
    expect(error).toMatchObject({ code: 'POLICY_RETRIES_EXHAUSTED', retriable: false })
    expect(error.errors.map((cause) => (cause as Error).message)).toEqual(['e1', 'e2', 'e3', 'e4'])
    expect(error.cause).toBe(error.errors[3])
    expect(error.attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  })

  it.each([
    ['none', [0, 1000, 3000, 7000]],
    ['equal', [0, 750, 2250, 5250]],
    ['full', [0, 500, 1500, 3500]],
  ] as const)('waits with %s jitter', async (jitter, expected) => {
    const ports = new VirtualPorts()
    const { fn, at } = flaky(ports, Array(3).fill(new Error('no')))
    expect(await ended(ports, under(ports, { retries: 3, jitter }).execute(fn))).toBe('value 4')
    expect(at).toEqual(expected)
  })

  it('waits at most maxDelayMs, but at least what the error asks for', async () => {
    const ports = new VirtualPorts()
    const asked = Object.assign(new Error('slow down'), { retryAfterMs: 9000 })
    const { fn, at } = flaky(ports, [new Error('a'), asked, new Error('c')])
    await ended(ports, under(ports, { retries: 3, jitter: 'none', maxDelayMs: 1500 }).execute(fn))
    expect(at).toEqual([0, 1000, 10_000, 11_500])
  })

  it('waits as the Retry-After of a response says, in seconds or until a date', async () => {
    const ports = new VirtualPorts()
    ports.time = Date.UTC(2026, 5, 15, 12, 0, 0)
    const refused = (value: string) => ({
      response: new Response(null, { status: 429, headers: { 'retry-after': value } }),
    })
    const { fn, at } = flaky(ports, [refused('7'), refused('Mon, 15 Jun 2026 12:00:30 GMT'), refused('soon')])
    await ended(ports, under(ports, { retries: 3, jitter: 'none', minDelayMs: 10, factor: 1 }).execute(fn))
    expect(at).toEqual([0, 7000, 30_000, 30_010])
  })

  it('gives up at once on a Retry-After that leads beyond maxElapsedMs', async () => {
    const ports = new VirtualPorts()
    const asked = { headers: { 'retry-after': '86400' } }
    const { fn, at } = flaky(ports, [asked, asked])
    const result = await ended(ports, under(ports, { retries: 3, maxElapsedMs: 60_000 }).execute(fn))
    expect(result).toMatchObject({ code: 'POLICY_RETRIES_EXHAUSTED', cause: asked })
    expect(at).toEqual([0])
    expect(ports.armed).toBe(0)
  })

  it('throws the original error when no retry was asked for', async () => {
    const ports = new VirtualPorts()
    const original = new TypeError('mine')
    expect(await ended(ports, policy({}, ports).execute(flaky(ports, [original]).fn))).toBe(original)
    expect(await ended(ports, under(ports, 0).execute(flaky(ports, [original]).fn))).toBe(original)
    expect(await ended(ports, policy({}, ports).execute(flaky(ports, ['text']).fn, { onAttempt() {} }))).toBe(
      'text',
    )
  })

  it('retries a TypeError, a thrown string and an AbortError of p-retry like any other', async () => {
    const { AbortError } = await import('p-retry')
    const ports = new VirtualPorts()
    const { fn } = flaky(ports, [new TypeError('t'), 'text', undefined, new AbortError('p-retry')])
    expect(await ended(ports, under(ports, 4).execute(fn))).toBe('value 5')
  })

  it('does not retry an error that says retriable: false, and throws it as it is', async () => {
    const ports = new VirtualPorts()
    const final = Object.assign(new Error('bad key'), { retriable: false })
    const { fn } = flaky(ports, [new Error('first'), final])
    expect(await ended(ports, under(ports, 5).execute(fn))).toBe(final)
    expect(fn).toHaveBeenCalledTimes(2)
  })

  it('asks retryIf instead, with error and attempt', async () => {
    const ports = new VirtualPorts()
    const error = Object.assign(new TypeError('again'), { retriable: false })
    const retryIf = vi.fn((_: unknown, attempt: number) => attempt < 3)
    const { fn } = flaky(ports, Array(9).fill(error))
    expect(await ended(ports, under(ports, { retries: 8, retryIf }).execute(fn))).toBe(error)
    expect(retryIf.mock.calls).toEqual([
      [error, 1],
      [error, 2],
      [error, 3],
    ])
  })

  it('begins no attempt after maxElapsedMs', async () => {
    const ports = new VirtualPorts()
    const { fn, at } = flaky(ports, Array(9).fill(new Error('no')))
    const options = { retries: 8, jitter: 'none', maxElapsedMs: 3500 } as const
    expect(await ended(ports, under(ports, options).execute(fn))).toMatchObject({
      code: 'POLICY_RETRIES_EXHAUSTED',
    })
    expect(at).toEqual([0, 1000, 3000])
  })

  it('ends the wait at once on abort, with the reason', async () => {
    const ports = new VirtualPorts()
    const stop = new AbortController()
    const { fn } = flaky(ports, Array(9).fill(new Error('no')))
    const call = under(ports, 8).execute(fn, { signal: stop.signal })
    const result = expect(call).rejects.toBe('changed my mind')
    await ports.advance(100)
    expect(ports.armed).toBe(1)
    stop.abort('changed my mind')
    await result
    expect(ports.armed).toBe(0)
    expect(fn).toHaveBeenCalledTimes(1)
  })

  it('tells onRetry before each wait and onAttempt after each attempt', async () => {
    const ports = new VirtualPorts()
    const onRetry = vi.fn()
    const onAttempt = vi.fn()
    const ofThisCall = vi.fn()
    const first = new Error('first')
    const call = policy({ retry: { retries: 1, jitter: 'none', onRetry } }, ports).execute(
      async ({ attempt }) => {
        await new Promise<void>((resolve) => ports.setTimer(resolve, attempt * 10))
        if (attempt === 1) throw first
        return 'ok'
      },
      { onAttempt, onRetry: ofThisCall },
    )
    expect(await ended(ports, call)).toBe('ok')
    expect(onRetry.mock.calls).toEqual([[{ attempt: 1, error: first, delayMs: 1000 }]])
    expect(ofThisCall.mock.calls).toEqual(onRetry.mock.calls)
    expect(onAttempt.mock.calls).toEqual([
      [{ attempt: 1, error: first, durationMs: 10 }],
      [{ attempt: 2, durationMs: 20 }],
    ])
  })

  it('ends with what a hook throws, without another attempt', async () => {
    const ports = new VirtualPorts()
    const broken = new TypeError('hook')
    const onAttempt = () => {
      throw broken
    }
    const { fn } = flaky(ports, Array(9).fill(new Error('no')))
    expect(await ended(ports, under(ports, 3).execute(fn, { onAttempt }))).toBe(broken)
    expect(fn).toHaveBeenCalledTimes(1)
  })

  it('uses no timer and no randomness when the first attempt succeeds', async () => {
    const ports = new VirtualPorts()
    ports.random = vi.fn(() => 0)
    ports.setTimer = vi.fn(() => () => {})
    expect(await under(ports, 3).execute(() => 7)).toBe(7)
    await settled()
    expect(ports.random).not.toHaveBeenCalled()
    expect(ports.setTimer).not.toHaveBeenCalled()
  })

  it('refuses options that make no sense', () => {
    const bad: RetryOptions[] = [
      { retries: -1 },
      { retries: 1.5 },
      { retries: 1, minDelayMs: Number.NaN },
      { retries: 1, factor: 0.5 },
      { retries: 1, maxElapsedMs: -1 },
      { retries: 1, jitter: 'some' as never },
      { retries: 1, retryIf: true as never },
      { retries: 1, onRetry: 'log' as never },
      { retries: '3' as never },
    ]
    for (const retry of bad) {
      expect(() => policy({ retry })).toThrow(expect.objectContaining({ code: 'POLICY_BAD_OPTION' }))
    }
  })
})
