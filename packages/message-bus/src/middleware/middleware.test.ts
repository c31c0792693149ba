import { randomUUID } from 'node:crypto'
import { context, propagation, trace } from '@opentelemetry/api'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, it, vi } from 'vitest'
import { createMemoryMessageBus, guarded, type Schema, sealed, validated } from '../index.ts'
import { tracing } from '../opentelemetry/index.ts'
import { createRedisMessageBus } from '../redis/index.ts'

const quiet = { onHandlerError: () => {} }
const arrives = async (seen: unknown[], ...expected: unknown[]): Promise<void> =>
  vi.waitFor(() => expect(seen).toEqual(expected))

const reversed = {
  encode: (text: string) => [...text].reverse().join(''),
  decode: async (text: string) => [...text].reverse().join(''),
}

describe('sealed', () => {
  it('hides payloads at the broker, and opens them for handlers and getResult', async () => {
    const raw: unknown[] = []
    await using bus = createMemoryMessageBus()
      .use(sealed(reversed))
      .use({
        name: 'wire',
        outgoing: (message, next) => {
          raw.push(message.payload)
          return next(message)
        },
      })
    const seen: unknown[] = []
    await bus.consume('q', ({ payload }) => seen.push(payload))
    await bus.send('q', { a: 1 })
    await arrives(seen, { a: 1 })
    await bus.publishResult({ taskId: 't', agentId: 'a', result: 5 })
    expect((await bus.getResult('t'))?.result).toBe(5)
    expect(raw[0]).toEqual({ $sealed: '}1:"a"{' })
  })

  it('buries what cannot be opened', async () => {
    await using bus = createMemoryMessageBus(quiet).use(
      sealed({ encode: (json) => json, decode: () => 'no json' }),
    )
    await bus.send('q', 1)
    await bus.consume('q', () => {})
    await vi.waitFor(async () => expect((await bus.deadLetters('q'))[0]?.reason).toBe('rejected'))
  })

  it('sends unsealed, and reads both, while it is being introduced', async () => {
    const options = { ...quiet, redisUrl: redisUrl(), namespace: randomUUID() }
    await using first = createRedisMessageBus(options).use(sealed(reversed, { plain: 'send' }))
    await using next = createRedisMessageBus(options).use(sealed(reversed, { plain: 'accept' }))
    await using older = createRedisMessageBus(options)
    const seen: unknown[] = []
    await first.consume('first', ({ payload }) => seen.push(payload))
    await older.consume('older', ({ payload }) => seen.push(payload))
    await next.send('first', 'sealed')
    await arrives(seen, 'sealed')
    await first.send('older', 'plain')
    await arrives(seen, 'sealed', 'plain')
  })

  it.each([[{ encode: (text: string) => text }], [null], [{ ...reversed, plain: 'no' }]])(
    'refuses what is no codec, and options that are not there (%#)',
    (codec) => {
      const options = codec && 'plain' in codec ? { plain: codec.plain } : {}
      expect(() => sealed(codec as never, options as never)).toThrow(/^Option/)
    },
  )

  it('refuses what was never sealed, unless it is told to take it', async () => {
    const namespace = randomUUID()
    const onOne = { ...quiet, redisUrl: redisUrl(), namespace }
    await using plain = createRedisMessageBus(onOne)
    await using strict = createRedisMessageBus(onOne).use(sealed(reversed))
    await using patient = createRedisMessageBus(onOne).use(sealed(reversed, { plain: 'accept' }))
    const seen: unknown[] = []
    await strict.consume('strict', ({ payload }) => seen.push(payload))
    await patient.consume('patient', ({ payload }) => seen.push(payload))
    await plain.send('strict', 'forged')
    await plain.send('patient', 'older')
    await arrives(seen, 'older')
    await vi.waitFor(async () =>
      expect(await strict.deadLetters('strict')).toMatchObject([
        { reason: 'rejected', error: { code: 'MESSAGE_NOT_DECODED' } },
      ]),
    )
  })
})

describe('validated', () => {
  it('takes any Standard Schema', () => {
    const fits = (schema: StandardSchemaV1): Schema => schema
    expect(fits).toBeTypeOf('function')
  })

  const text = {
    '~standard': {
      validate: (value: unknown) =>
        typeof value === 'string'
          ? { value: value.trim() }
          : { issues: [{ message: 'no text', path: ['a', { key: 0 }] }] },
    },
  }

  it('refuses what does not fit, and hands on what the schema made of it', async () => {
    await using bus = createMemoryMessageBus().use(validated({ 'order:*': text }))
    await expect(bus.send('order:new', 1)).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      message: expect.stringContaining('a.0: no text'),
    })
    const seen: unknown[] = []
    await bus.consume('order:new', ({ payload }) => seen.push(payload))
    await bus.consume('other', ({ payload }) => seen.push(payload))
    await bus.send('order:new', ' x ')
    await arrives(seen, 'x')
    await bus.send('other', 1)
    await arrives(seen, 'x', 1)
  })

  it('buries at once what came past it', async () => {
    let strict = false
    const later = {
      '~standard': { validate: (value: unknown) => (strict ? text['~standard'].validate(value) : { value }) },
    }
    await using bus = createMemoryMessageBus(quiet).use(validated({ q: later }))
    await bus.send('q', 1)
    strict = true
    await bus.consume('q', () => {})
    await vi.waitFor(async () =>
      expect((await bus.deadLetters('q')).map(({ reason, error }) => [reason, error?.code])).toEqual([
        ['rejected', 'MESSAGE_INVALID'],
      ]),
    )
  })
})

describe('guarded', () => {
  it('asks the guard for every outgoing message', async () => {
    let open = false
    const guard = {
      execute: async <T>(fn: () => Promise<T>): Promise<T> => {
        if (open) throw Object.assign(new Error('open'), { code: 'BREAKER_OPEN' })
        return fn()
      },
    }
    await using bus = createMemoryMessageBus().use(guarded(guard))
    expect((await bus.publish('t', 1)).duplicate).toBe(false)
    open = true
    await expect(bus.send('q', 1)).rejects.toMatchObject({ code: 'BREAKER_OPEN' })
  })
})

describe('tracing', () => {
  it('carries the context of the sender to the handler, and ends every span', async () => {
    const spans: { name: string; parent: string | undefined; ended: boolean; failed: boolean }[] = []
    const tracer = {
      startActiveSpan: (name: string, ...rest: unknown[]) => {
        const run = rest.at(-1) as (span: unknown) => unknown
        const parent =
          rest.length === 3 ? (rest[1] as { getValue(key: symbol): unknown }).getValue(KEY) : undefined
        const span = { name, parent: parent as string | undefined, ended: false, failed: false }
        spans.push(span)
        return run({
          end: () => (span.ended = true),
          setStatus: () => (span.failed = true),
          recordException: () => {},
        })
      },
    }
    const KEY = Symbol('traceparent')
    propagation.setGlobalPropagator({
      inject: (_, carrier) => Object.assign(carrier as object, { traceparent: '00-mine' }),
      extract: (from, carrier) => from.setValue(KEY, (carrier as Record<string, string>).traceparent),
      fields: () => ['traceparent'],
    })
    await using bus = createMemoryMessageBus(quiet).use(tracing({ tracer: tracer as never }))
    const seen: unknown[] = []
    await bus.consume('q', ({ headers }) => {
      seen.push(headers)
      throw Object.assign(new Error('no'), { retriable: false })
    })
    await bus.send('q', 1)
    await arrives(seen, { traceparent: '00-mine' })
    await vi.waitFor(() =>
      expect(spans).toEqual([
        { name: 'send q', parent: undefined, ended: true, failed: false },
        { name: 'process q', parent: '00-mine', ended: true, failed: true },
      ]),
    )
    propagation.disable()
    expect(trace.getSpan(context.active())).toBeUndefined()
  })
})
