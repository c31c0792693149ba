import type { ResultMessage, TaskMessage } from '../contract/agent-messages.ts'
import { group } from './bench.ts'
import { comes, equal, eventually, holds, rejects } from './expectations.ts'

const lifecycle = (event: string, result: unknown = {}) => ({
  taskId: 'run1',
  agentId: 'workflow:billing',
  result,
  metadata: { event_type: `workflow_${event}` },
})

export const agentCases = group('tasks and results', {
  'a task reaches one subscriber of its agent, with defaults filled in': async (open) => {
    const bench = await open()
    const seen: TaskMessage[] = []
    for (let worker = 0; worker < 2; worker++)
      await bench.bus.subscribeToTasks('writer', (task) => seen.push(task))
    await bench.bus.subscribeToTasks('reader', (task) => seen.push(task))
    await bench.bus.publishTask({
      taskId: 't1',
      agentId: 'writer',
      input: { a: 1 },
      metadata: { m: 2 },
      timestamp: 3,
    })
    await bench.bus.publishTask({ taskId: 't2', agentId: 'writer', input: 'x' })
    await eventually(
      bench,
      () => seen.length >= 2,
      () => 'both tasks arrive',
    )
    await bench.settle()
    const [first, second] = [...seen].sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
    equal(
      first,
      { taskId: 't1', agentId: 'writer', input: { a: 1 }, metadata: { m: 2 }, timestamp: 3 },
      'as given',
    )
    equal(
      { ...second, timestamp: 0 },
      { taskId: 't2', agentId: 'writer', input: 'x', metadata: {}, timestamp: 0 },
      'filled in',
    )
    holds((second?.timestamp ?? 0) > 0, 'a timestamp is set')
  },

  'a task published twice is worked on once': async (open) => {
    const bench = await open()
    const task = { taskId: 't1', agentId: 'writer', input: 1 }
    const seen: unknown[] = []
    await bench.bus.publishTask(task)
    equal((await bench.bus.publishTask(task)).duplicate, true, 'duplicate')
    await bench.bus.subscribeToTasks('writer', ({ taskId }) => seen.push(taskId))
    await comes(bench, seen, ['t1'], 'tasks')
  },

  'a task that fails is tried again': async (open) => {
    const bench = await open({ backoffMs: 100, onHandlerError: () => {} })
    const attempts: unknown[] = []
    await bench.bus.subscribeToTasks('writer', (_, { envelope }) => {
      attempts.push(envelope.attempt)
      if (envelope.attempt === 1) throw new Error('flaky')
    })
    await bench.bus.publishTask({ taskId: 't1', agentId: 'writer', input: 1 })
    await comes(bench, attempts, [1], 'first attempt')
    await bench.advance(100)
    await comes(bench, attempts, [1, 2], 'second attempt')
  },

  'no agent may call itself a workflow': async (open) => {
    const { bus } = await open()
    await rejects(bus.publishTask({ taskId: 't', agentId: 'workflow:x', input: 1 }), 'MESSAGE_RESERVED')
    await rejects(
      bus.subscribeToTasks('workflow:x', () => {}),
      'MESSAGE_RESERVED',
    )
    await rejects(bus.publishTask({ taskId: '', agentId: 'a', input: 1 }), 'MESSAGE_BAD_ENVELOPE')
    await rejects(bus.publishResult({ taskId: 't', agentId: 'a b', result: 1 }), 'MESSAGE_BAD_TOPIC')
  },

  'results reach every subscriber whose pattern matches the agent': async (open) => {
    const bench = await open()
    const workflows: ResultMessage[] = []
    const all: unknown[] = []
    await bench.bus.subscribeToResults('workflow:*', (result) => workflows.push(result))
    await bench.bus.subscribeToResults('**', ({ agentId }) => all.push(agentId))
    await bench.bus.publishResult({ ...lifecycle('started', { input: 1 }), timestamp: 5 })
    await bench.bus.publishResult({ taskId: 't', agentId: 'writer', result: 2 })
    await bench.bus.publish('unrelated', 1)
    await comes(bench, all, ['workflow:billing', 'writer'], 'all results and nothing else')
    equal(workflows, [{ ...lifecycle('started', { input: 1 }), timestamp: 5 }], 'lifecycle')
  },

  'results are replayed like any event, and taken once by id': async (open) => {
    const bench = await open()
    equal((await bench.bus.publishResult(lifecycle('started'), { id: 'run1:1' })).duplicate, false, 'first')
    equal((await bench.bus.publishResult(lifecycle('started'), { id: 'run1:1' })).duplicate, true, 'again')
    await bench.bus.publishResult(lifecycle('completed'), { id: 'run1:2' })
    const ids: unknown[] = []
    await bench.bus.subscribeToResults('workflow:*', (_, { envelope }) => ids.push(envelope.id), {
      from: 'start',
    })
    await comes(bench, ids, ['run1:1', 'run1:2'], 'replayed')
  },

  'getResult knows the last final result': async (open) => {
    const { bus } = await open()
    equal(await bus.getResult('t'), undefined, 'none yet')
    await bus.publishResult({ taskId: 't', agentId: 'a', result: 1 })
    await bus.publishResult({ taskId: 't', agentId: 'a', result: 2 })
    equal((await bus.getResult('t'))?.result, 2, 'the last')
  },

  'getResult waits for the end of a run, not for its beginning': async (open) => {
    const bench = await open()
    const waiting = bench.bus.getResult('run1', { waitMs: 10_000 })
    await bench.bus.publishResult(lifecycle('started'))
    await bench.settle()
    await bench.bus.publishResult(lifecycle('failed', { error: 'x' }))
    equal((await waiting)?.result, { error: 'x' }, 'the end')
    await bench.bus.publishResult(lifecycle('resumed'))
    equal(await bench.bus.getResult('run1'), undefined, 'it goes on: the old end is forgotten')
  },

  'getResult gives up after its time, or by signal': async (open) => {
    const bench = await open()
    let settled = false
    const waiting = bench.bus.getResult('t', { waitMs: 800 }).then((result) => {
      settled = true
      return result
    })
    await bench.advance(400)
    equal(settled, false, 'still waiting')
    await bench.advance(500)
    equal(await waiting, undefined, 'given up')
    const stop = new AbortController()
    const stopped = bench.bus.getResult('t', { waitMs: 500, signal: stop.signal })
    stop.abort({ code: 'MINE' })
    await rejects(stopped, 'MINE')
  },

  'results are kept up to a number': async (open) => {
    const { bus } = await open({ maxResults: 2 })
    for (const taskId of ['a', 'b', 'c']) await bus.publishResult({ taskId, agentId: 'x', result: taskId })
    const kept = await Promise.all(
      ['a', 'b', 'c'].map(async (id) => (await bus.getResult(id))?.result ?? null),
    )
    equal(kept, [null, 'b', 'c'], 'the newest')
  },
})
