import { describe, expect, it, vi } from 'vitest'
import { memoryBench, settled } from '../../test/virtual-ports.ts'
import { createMessageBus } from '../index.ts'

describe('a memory bus at rest', () => {
  it('has no timer while nothing is delayed, leased or waited for', async () => {
    const { bus, ports, advance } = await memoryBench({ onHandlerError: () => {}, backoffMs: 100 })
    await bus.subscribe('**', () => {})
    let failures = 2
    await bus.consume('q', () => {
      if (failures-- > 0) throw new Error('flaky')
    })
    await bus.respond('r', () => 1)
    await settled()
    expect(ports.armed).toBe(0)
    await bus.publish('t', 1)
    await bus.request('r', 1)
    await bus.send('q', 1)
    await bus.send('later', 1, { delayMs: 1000 })
    await settled()
    expect(ports.armed).toBe(1)
    await advance(10_000)
    expect(ports.armed).toBe(0)
    await bus.publishResult({ taskId: 't', agentId: 'a', result: 1 })
    expect(await bus.getResult('t', { waitMs: 1000 })).toBeDefined()
    expect(ports.armed).toBe(0)
  })

  it('does not spin when delayed work is due and every consumer is busy', async () => {
    const { bus, ports, advance } = await memoryBench()
    const armed = vi.spyOn(ports, 'setTimer')
    await bus.consume('q', () => new Promise(() => {}), { renew: false, leaseMs: 1_000_000 })
    await bus.send('q', 'busy')
    await bus.send('q', 'due soon', { delayMs: 10 })
    await advance(1000)
    expect(armed.mock.calls.length).toBeLessThan(10)
    await bus.close()
    expect(ports.armed).toBe(0)
  })

  it('forgets queues of which nothing is left', async () => {
    const { bus } = await memoryBench()
    for (let queue = 0; queue < 50; queue++) {
      const consumer = await bus.consume(`q${queue}`, () => {})
      await bus.send(`q${queue}`, 1)
      await settled()
      await consumer.close()
    }
    await settled()
    expect((await bus.healthCheck()).numbers).toMatchObject({ queued: 0, consumers: 0, queues: 0 })
  })

  it('warns once about handler errors that nobody asked for', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await using bus = createMessageBus()
    await bus.subscribe('t', () => {
      throw new Error('nobody looks')
    })
    await bus.publish('t', 1)
    await bus.publish('t', 1)
    await settled()
    expect(warned).toHaveBeenCalledOnce()
    expect((await bus.healthCheck()).numbers.handlerErrors).toBe(2)
    warned.mockRestore()
  })

  it('survives an onHandlerError that throws', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { bus, settle } = await memoryBench({
      onHandlerError: () => {
        throw new Error('broken reporter')
      },
    })
    let calls = 0
    await bus.subscribe('t', () => {
      calls++
      throw new Error('handler')
    })
    await bus.publish('t', 1)
    await bus.publish('t', 2)
    await settle()
    expect(calls).toBe(2)
    expect(warned).toHaveBeenCalled()
    warned.mockRestore()
  })
})

describe('createMessageBus', () => {
  it('takes a name or options, and refuses what it does not know', async () => {
    await using small = createMessageBus({ type: 'memory', maxPayloadBytes: 5 })
    await expect(small.publish('t', 'too long')).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
    expect(() => createMessageBus({ type: 'carrier-pigeon' } as never)).toThrow('carrier-pigeon')
    await using plain = createMessageBus('memory')
    expect((await plain.publish('t', 1)).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })
})

describe('a subscription with a handler that does not wait', () => {
  it('keeps up with a publisher that never pauses', async () => {
    await using bus = createMessageBus({ type: 'memory', maxEvents: 100 })
    let seen = 0
    let gaps = 0
    await bus.subscribe('t', (_, { gap }) => {
      seen++
      if (gap) gaps++
    })
    for (let n = 0; n < 2000; n++) await bus.publish('t', n)
    await settled()
    expect([seen, gaps]).toEqual([2000, 0])
  })
})
