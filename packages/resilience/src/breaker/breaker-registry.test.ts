import { settled, VirtualPorts } from '@pawl/testkit/clock'
import { describe, expect, it, vi } from 'vitest'
import { fails, times, works } from '../../test/calls.ts'
import { BreakerRegistry, CircuitBreaker } from '../index.ts'

const SOUND = {
  key: 'sound',
  state: 'open',
  openedAt: 1_000_000,
  counts: { fires: 0, successes: 0, failures: 0, rejects: 0 },
} as const

describe('registry', () => {
  it('keeps one breaker per key, with options per key', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({
      defaults: { volumeThreshold: 9 },
      perKey: { fragile: { volumeThreshold: 1 } },
      ports,
    })
    expect(registry.get('a')).toBe(registry.get('a'))
    await times(1, registry.get('fragile'), fails)
    await times(1, registry.get('constructor'), fails)
    expect(registry.keys().map((key) => [key, registry.get(key).state])).toEqual([
      ['a', 'closed'],
      ['fragile', 'open'],
      ['constructor', 'closed'],
    ])
  })

  it('makes a breaker anew by the options of now once it was told to forget it', async () => {
    let volumeThreshold = 9
    const registry = new BreakerRegistry({ perKey: () => ({ volumeThreshold }), ports: new VirtualPorts() })
    const old = registry.get('a')
    volumeThreshold = 1
    expect(registry.get('a')).toBe(old)
    expect([registry.forget('a'), registry.forget('a')]).toEqual([true, false])
    await times(1, registry.get('a'), fails)
    expect(registry.get('a').state).toBe('open')
    expect(await old.execute(works)).toBe('well')
  })

  it('tells of every change', async () => {
    const registry = new BreakerRegistry({ ports: new VirtualPorts() })
    const changes: string[] = []
    const off = registry.onChange(({ key, to }) => changes.push(`${key} ${to}`))
    await registry.get('a').trip()
    await registry.get('b').trip()
    off()
    await registry.get('b').reset()
    expect(changes).toEqual(['a open', 'b open'])
  })

  it('survives a restart: state, time left and counts', async () => {
    const ports = new VirtualPorts()
    const options = { defaults: { volumeThreshold: 3, resetTimeoutMs: 1000 }, ports }
    const before = new BreakerRegistry(options)
    await before.get('open').trip()
    await times(2, before.get('two failures'), fails)
    before.get('idle')
    const snapshot = JSON.parse(JSON.stringify(before.snapshot()))
    expect(snapshot.breakers).toHaveLength(2)
    before.close()

    ports.time += 400
    const after = new BreakerRegistry(options)
    await after.restore(snapshot)
    expect(after.get('open').retryAfterMs).toBe(600)
    await times(1, after.get('two failures'), fails)
    expect(after.get('two failures').state).toBe('open')
    await ports.advance(600)
    expect(after.get('open').state).toBe('half-open')
  })

  it('restores a breaker whose time passed meanwhile as half-open', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({ ports })
    await registry.get('a').trip()
    const snapshot = registry.snapshot()
    ports.time += 3_600_000
    const after = new BreakerRegistry({ ports })
    await after.restore(snapshot)
    expect(after.get('a').state).toBe('half-open')
    await expect(after.restore({ ...snapshot, format: 2 } as never)).rejects.toThrow('format')
  })

  it.each([
    ['another format', { format: 2, breakers: [] }],
    ['no list', { format: 1, breakers: {} }],
    ['a list that is missing', { format: 1 }],
    ['nothing', null],
    ['a strange member', JSON.parse('{ "format": 1, "breakers": [], "__proto__": {} }')],
    ['a state that there is not', { format: 1, breakers: [{ ...SOUND, state: 'ajar' }] }],
    ['text for a time', { format: 1, breakers: [{ ...SOUND, openedAt: 'now' }] }],
    ['less than nothing', { format: 1, breakers: [{ ...SOUND, counts: { ...SOUND.counts, fires: -1 } }] }],
    ['a missing count', { format: 1, breakers: [{ ...SOUND, counts: {} }] }],
  ])('restores nothing of a snapshot with %s', async (_, snapshot) => {
    const registry = new BreakerRegistry({ ports: new VirtualPorts() })
    const sound = { ...SOUND, key: 'sound' }
    const given =
      snapshot && 'breakers' in snapshot && Array.isArray(snapshot.breakers)
        ? { ...snapshot, breakers: [sound, ...snapshot.breakers] }
        : snapshot
    await expect(registry.restore(given as never)).rejects.toMatchObject({ code: 'POLICY_BAD_DATA' })
    expect(registry.keys()).toEqual([])
  })

  it('takes a time to come in a snapshot for now', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({ ports, defaults: { resetTimeoutMs: 1000 } })
    await registry.restore({ format: 1, breakers: [{ ...SOUND, openedAt: Number.MAX_SAFE_INTEGER }] })
    expect(registry.get('sound').retryAfterMs).toBe(1000)
  })

  it('looks at few breakers to forget one, so that new keys stay cheap', async () => {
    const registry = new BreakerRegistry({ maxKeys: 100, ports: new VirtualPorts() })
    for (let key = 0; key < 100; key++) await registry.get(`open ${key}`).trip()
    const looked = vi.spyOn(CircuitBreaker.prototype, 'snapshot')
    registry.get('one more')
    expect(looked.mock.calls.length).toBeLessThan(20)
    looked.mockRestore()
    expect(registry.keys()).toHaveLength(101)
  })

  it('hears every event of its breakers', async () => {
    const registry = new BreakerRegistry({ ports: new VirtualPorts(), defaults: { volumeThreshold: 1 } })
    const told: string[] = []
    registry.on('failure', ({ key, error }) => told.push(`${key} ${(error as Error).message}`))
    registry.on('open', ({ key, from }) => told.push(`${key} was ${from}`))
    await times(1, registry.get('a'), fails)
    expect(told).toEqual(['a ill', 'a was closed'])
  })

  it('refuses bad defaults when it is made', () => {
    expect(() => new BreakerRegistry({ defaults: { probes: 0 } })).toThrow('breaker.probes')
    expect(() => new BreakerRegistry({ refreshMs: -1 })).toThrow('refreshMs')
  })

  it('forgets idle breakers past its limit, never one that is open', async () => {
    const registry = new BreakerRegistry({ maxKeys: 2, ports: new VirtualPorts() })
    await registry.get('open').trip()
    registry.get('idle')
    registry.get('new')
    expect(registry.keys()).toEqual(['open', 'new'])
  })

  it('disposes of its breakers when closed', async () => {
    const ports = new VirtualPorts()
    const registry = new BreakerRegistry({ ports })
    const breaker = registry.get('a')
    await breaker.trip()
    registry.close()
    await settled()
    expect(ports.armed).toBe(0)
    await expect(breaker.execute(works)).rejects.toMatchObject({ code: 'POLICY_BREAKER_CLOSED_DOWN' })
    expect(registry.get('a').state).toBe('closed')
  })
})
