import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { agent, workflow } from '../src/index.ts'
import { openTelemetry } from '../src/otel/index.ts'
import { openStore, rejection, start, until } from './harness.ts'

const spans = new InMemorySpanExporter()
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
})
afterAll(() => {
  trace.disable()
  metrics.disable()
  context.disable()
})
beforeEach(() => spans.reset())

const named = (name: string): ReadableSpan[] => spans.getFinishedSpans().filter((span) => span.name === name)
const tracer = () => trace.getTracer('the caller')

it('a run and its steps are spans of the trace that started the run', async () => {
  const seen: (string | undefined)[] = []
  const pay = workflow('pay', async (ctx) => {
    await ctx.step('charge', (step) => {
      seen.push(step.traceparent, trace.getActiveSpan()?.spanContext().spanId)
      tracer().startSpan('call the bank').end()
      return 1
    })
  })
  const runtime = await start({ workflows: [pay], telemetry: openTelemetry() })
  const { traceId, spanId } = await tracer().startActiveSpan('request', async (span) => {
    await runtime.executeWorkflow(pay, null)
    span.end()
    return span.spanContext()
  })
  const [run] = named('workflow pay')
  const [step] = named('step charge')
  const [call] = named('call the bank')
  expect([run, step, call].map((span) => span?.spanContext().traceId)).toEqual([traceId, traceId, traceId])
  expect(run?.parentSpanContext?.spanId).toBe(spanId)
  expect(step?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId)
  expect(call?.parentSpanContext?.spanId).toBe(step?.spanContext().spanId)
  expect(run?.attributes).toMatchObject({ 'pawl.workflow': 'pay', 'pawl.outcome': 'completed' })
  expect(seen).toEqual([`00-${traceId}-${step?.spanContext().spanId}-01`, step?.spanContext().spanId])
})

it('another process continues the trace, and a failure is an error', async () => {
  const fails = workflow('fails', (ctx) =>
    ctx.step('breaks', () => Promise.reject(new Error('no money')), { retry: { retries: 1, minDelayMs: 1 } }),
  )
  const store = await openStore()
  const client = await start({
    workflows: [fails],
    stateStore: store,
    concurrency: 0,
    telemetry: openTelemetry(),
  })
  const traceId = await tracer().startActiveSpan('request', async (span) => {
    const { result } = await client.startWorkflow(fails, null)
    span.end()
    await start({ workflows: [fails], stateStore: store, telemetry: openTelemetry() })
    expect((await rejection(result())).code).toBe('WORKFLOW_FAILED')
    return span.spanContext().traceId
  })
  await until(() => named('workflow fails').length === 1)
  const [run] = named('workflow fails')
  const [step] = named('step breaks')
  expect([run, step].map((span) => span?.spanContext().traceId)).toEqual([traceId, traceId])
  expect(step?.status).toMatchObject({
    code: SpanStatusCode.ERROR,
    message: expect.stringContaining('no money'),
  })
  expect(step?.attributes['pawl.attempts']).toBe(2)
  expect(step?.events.map(({ name }) => name)).toEqual(['exception'])
  expect(run?.status.code).toBe(SpanStatusCode.ERROR)
})

it('lifecycle messages carry the trace', async () => {
  const quick = workflow('quick', (ctx) => ctx.step('a', () => 1))
  const { createMemoryMessageBus } = await import('@pawl/message-bus')
  const bus = createMemoryMessageBus()
  const heard: unknown[] = []
  await bus.subscribeToResults('workflow:*', ({ metadata }) => void heard.push(metadata.traceparent))
  const runtime = await start({ workflows: [quick], messageBus: bus, telemetry: openTelemetry() })
  const traceId = await tracer().startActiveSpan('request', async (span) => {
    await runtime.executeWorkflow(quick, null)
    return span.spanContext().traceId
  })
  await until(() => heard.length === 2)
  expect(heard).toEqual([expect.stringContaining(traceId), expect.stringContaining(traceId)])
  await bus.close()
})

it('so do those that a sweep sends and those of verbs, from a process that traces nothing', async () => {
  const quick = workflow('quick', (ctx) => ctx.step('a', () => 1))
  const { createMemoryMessageBus } = await import('@pawl/message-bus')
  const store = await openStore()
  const lossy = createMemoryMessageBus()
  lossy.publishResult = () => Promise.reject(new Error('away'))
  const traced = await start({
    workflows: [quick],
    stateStore: store,
    messageBus: lossy,
    telemetry: openTelemetry(),
  })
  const { runId, traceId } = await tracer().startActiveSpan('request', async (span) => {
    const { runId } = await traced.executeWorkflow(quick, null)
    return { runId, traceId: span.spanContext().traceId }
  })
  const bus = createMemoryMessageBus()
  const heard: unknown[] = []
  await bus.subscribeToResults('workflow:*', ({ metadata }) => {
    heard.push([metadata.event_type, String(metadata.traceparent).includes(traceId)])
  })
  const bare = await start({ workflows: [quick], stateStore: store, messageBus: bus })
  await bare.rollbackWorkflow(runId, { toVersion: 1 })
  await until(() => heard.length === 3)
  const { result } = await bare.resumeWorkflow(runId)
  await result()
  await until(() => heard.length === 5)
  const events = ['started', 'completed', 'rolled_back', 'resumed', 'completed']
  expect(heard).toEqual(events.map((event) => [`workflow_${event}`, true]))
  await bus.close()
})

it('runs, steps, retries, durations and tokens are counted', async () => {
  let calls = 0
  const writer = agent('writer', {
    retry: { retries: 2, minDelayMs: 1 },
    run: (_input: unknown, step) => {
      step.useTokens(5)
      if (++calls === 1) throw new Error('once')
      return 'text'
    },
  })
  const counted = workflow('counted', { agents: { writer } }).step('draft', { agent: 'writer' })
  const runtime = await start({ workflows: [counted], telemetry: openTelemetry() })
  await runtime.executeWorkflow(counted, null)
  await reader.forceFlush()
  const points = measured
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics: all }) => all)
    .flatMap(({ descriptor, dataPoints }) => dataPoints.map((point) => ({ name: descriptor.name, ...point })))
    .filter(({ attributes }) => attributes.workflow === 'counted')
  const measuredAs = (name: string) => points.findLast((point) => point.name === name)?.value
  expect(measuredAs('pawl.workflows')).toBe(1)
  expect(measuredAs('pawl.steps')).toBe(1)
  expect(measuredAs('pawl.step.retries')).toBe(1)
  expect(measuredAs('pawl.step.tokens')).toBe(10)
  expect(measuredAs('pawl.step.duration')).toMatchObject({ count: 1 })
  expect(points.find(({ name }) => name === 'pawl.steps')?.attributes).toEqual({
    workflow: 'counted',
    agent: 'writer',
    outcome: 'completed',
  })
})

it('a task is a span of the trace that submitted it', async () => {
  const writer = agent('scribe', { run: (_: unknown, step) => step.traceparent ?? null })
  const runtime = await start({ agents: [writer], telemetry: openTelemetry() })
  const { traceId } = await tracer().startActiveSpan('request', async (span) => {
    const task = await runtime.submitTask(writer, 1)
    span.end()
    expect((await task.result()).output).toContain(span.spanContext().traceId)
    return span.spanContext()
  })
  await until(() => named('workflow task:scribe').length === 1)
  const [run, step] = [named('workflow task:scribe')[0], named('step run')[0]]
  expect([run, step].map((span) => span?.spanContext().traceId)).toEqual([traceId, traceId])
  expect(step?.attributes).toMatchObject({ 'pawl.agent': 'scribe', 'pawl.workflow': 'task:scribe' })
})

it('without telemetry a step has no trace context', async () => {
  let seen: unknown = 'nothing'
  const bare = workflow('bare', (ctx) =>
    ctx.step('a', (step) => {
      seen = step.traceparent
    }),
  )
  const runtime = await start({ workflows: [bare] })
  await tracer().startActiveSpan('request', () => runtime.executeWorkflow(bare, null))
  expect(seen).toBeUndefined()
})
