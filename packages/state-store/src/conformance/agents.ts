import assert from 'node:assert/strict'
import { type AgentFilter, MAX_DETAILS_LENGTH, type RegisteredAgent } from '../contract/agents.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import { NOON, rejects } from './given.ts'
import { SURVIVORS, textOf } from './survivors.ts'

const names = async (store: StateStore, filter?: AgentFilter): Promise<readonly string[]> =>
  (await store.agents.list(filter)).items.map((agent) => agent.name)

export const agentCases = [
  ...casesOf('agents', {
    'one that is registered is found': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      assert.equal(await store.agents.read('writer'), undefined)
      const agent = await store.agents.register({ name: 'writer', metadata: { model: 'm1' } })
      assert.deepEqual(agent, {
        name: 'writer',
        metadata: { model: 'm1' },
        enabled: true,
        reason: null,
        revision: agent.revision,
        registeredAt: NOON,
        changedAt: NOON,
        seenAt: NOON,
      })
      assert.ok(Number.isSafeInteger(agent.revision) && agent.revision > 0)
      assert.deepEqual(await store.agents.read('writer'), agent)
      assert.deepEqual((await store.agents.list()).items, [agent])
    },

    'a second registration only says that it was seen': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const first = await store.agents.register({ name: 'writer', metadata: [1] })
      await store.setTestClock(NOON + 5)
      const second = await store.agents.register({ name: 'writer', metadata: [1] })
      assert.deepEqual(second, { ...first, seenAt: NOON + 5 })
      assert.deepEqual(await store.agents.read('writer'), second)
    },

    'other metadata raises the revision': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const first = await store.agents.register({ name: 'writer' })
      assert.equal(first.metadata, null)
      await store.setTestClock(NOON + 5)
      const second = await store.agents.register({ name: 'writer', metadata: { model: 'm2' } })
      assert.ok(second.revision > first.revision)
      assert.deepEqual([second.registeredAt, second.changedAt, second.seenAt], [NOON, NOON + 5, NOON + 5])
      assert.deepEqual(await store.agents.read('writer'), second)
    },

    'a disabled one stays so when it is registered again': async (harness) => {
      const store = await harness.open()
      await store.agents.register({ name: 'writer', metadata: 1 })
      const off = await store.agents.setEnabled({ name: 'writer', enabled: false, reason: 'too slow' })
      assert.deepEqual([off?.enabled, off?.reason], [false, 'too slow'])
      await store.agents.register({ name: 'writer', metadata: 1 })
      const again = await store.agents.register({ name: 'writer', metadata: 2 })
      assert.deepEqual([again.enabled, again.reason], [false, 'too slow'])
      const on = await store.agents.setEnabled({ name: 'writer', enabled: true })
      assert.deepEqual([on?.enabled, on?.reason, on?.metadata], [true, null, 2])
    },

    'a change raises the revision, the same again does not': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const first = await store.agents.register({ name: 'writer' })
      const off = { name: 'writer', enabled: false, reason: 'by hand' }
      await store.setTestClock(NOON + 5)
      const second = await store.agents.setEnabled(off)
      await store.setTestClock(NOON + 9)
      const third = await store.agents.setEnabled(off)
      assert.ok((second?.revision ?? 0) > first.revision)
      assert.deepEqual(third, second)
      assert.deepEqual([third?.changedAt, third?.seenAt], [NOON + 5, NOON])
      const other = await store.agents.setEnabled({ ...off, reason: 'by policy' })
      assert.ok((other?.revision ?? 0) > (second?.revision ?? 0))
    },

    'one that is not registered cannot be enabled': async (harness) => {
      const store = await harness.open()
      assert.equal(await store.agents.setEnabled({ name: 'nobody', enabled: true }), undefined)
      assert.equal(await store.agents.read('nobody'), undefined)
    },

    'one that is removed is gone, and its revision never comes back': async (harness) => {
      const store = await harness.open()
      const first = await store.agents.register({ name: 'writer' })
      await store.agents.remove('writer')
      await store.agents.remove('writer')
      assert.equal(await store.agents.read('writer'), undefined)
      const second = await store.agents.register({ name: 'writer' })
      assert.ok(second.revision > first.revision)
    },

    'many that register the same at once make one': async (harness) => {
      const store = await harness.open()
      const made = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.agents.register({ name: `a${index % 4}`, metadata: index % 4 }),
        ),
      )
      assert.deepEqual(await names(store), ['a0', 'a1', 'a2', 'a3'])
      assert.equal(new Set(made.map((agent) => agent.revision)).size, 4)
    },

    'are listed by name in pages that leave nothing out': async (harness) => {
      const store = await harness.open()
      const all = ['100%', 'A', 'a', 'b', "it's", 'é', '👍']
      for (const name of all.toReversed()) await store.agents.register({ name })
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const more: AgentFilter = cursor === null ? {} : { cursor }
        const page: { items: readonly RegisteredAgent[]; next: string | null } = await store.agents.list({
          limit: 3,
          ...more,
        })
        seen.push(...page.items.map((agent) => agent.name))
        cursor = page.next
      } while (cursor !== null)
      assert.deepEqual(seen, all)
    },

    'can be filtered by what they are and when they were seen': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      await store.agents.register({ name: 'old' })
      await store.agents.register({ name: 'off' })
      await store.setTestClock(NOON + 5)
      await store.agents.register({ name: 'off' })
      await store.agents.setEnabled({ name: 'off', enabled: false })
      await store.agents.register({ name: 'young' })
      assert.deepEqual(await names(store, { enabled: true }), ['old', 'young'])
      assert.deepEqual(await names(store, { enabled: false }), ['off'])
      assert.deepEqual(await names(store, { seenSince: NOON + 5 }), ['off', 'young'])
      assert.deepEqual(await names(store, { seenSince: NOON + 5, enabled: true }), ['young'])
    },

    'hostile metadata survives': async (harness) => {
      const store = await harness.open()
      for (const [name, metadata] of Object.entries(SURVIVORS)) {
        if (textOf(metadata).length > MAX_DETAILS_LENGTH) continue
        await store.agents.register({ name, metadata })
        const kept = (await store.agents.read(name))?.metadata
        assert.ok(textOf(kept) === textOf(metadata), `${name}: ${textOf(kept).slice(0, 200)}`)
      }
    },

    'what makes no sense is refused': async (harness) => {
      const store = await harness.open()
      await rejects(store.agents.register({ name: '' }), 'INVALID_ARGUMENT')
      await rejects(store.agents.register({ name: 'constructor' }), 'INVALID_ARGUMENT')
      await rejects(store.agents.register({ name: 'a', metadata: { f: () => {} } }), 'NOT_JSON')
      await rejects(
        store.agents.register({ name: 'a', metadata: 'x'.repeat(MAX_DETAILS_LENGTH) }),
        'ENTRY_TOO_LARGE',
      )
      await rejects(store.agents.list({ cursor: 'schedule:a' }), 'INVALID_ARGUMENT')
      await rejects(store.agents.list({ limit: 201 }), 'INVALID_ARGUMENT')
      const enabled = 'yes' as unknown as boolean
      await rejects(store.agents.setEnabled({ name: 'a', enabled }), 'INVALID_ARGUMENT')
      assert.deepEqual(await names(store), [])
    },
  }),

  ...reopeningCasesOf('agents', {
    'of one process are found by another': async (harness) => {
      const [one, two] = [await harness.open(), await harness.open()]
      const agent = await one.agents.register({ name: 'writer', metadata: { model: 'm1' } })
      assert.deepEqual(await two.agents.read('writer'), agent)
      await one.close()
      assert.deepEqual((await two.agents.list()).items, [agent])
    },

    'of one tenant are not those of another': async (harness) => {
      const [one, two] = [await harness.open({ namespace: 'one' }), await harness.open({ namespace: 'two' })]
      await one.agents.register({ name: 'writer', metadata: 1 })
      assert.deepEqual(await names(two), [])
      await two.agents.register({ name: 'writer', metadata: 2 })
      await two.agents.remove('writer')
      assert.equal((await one.agents.read('writer'))?.metadata, 1)
    },
  }),
]
