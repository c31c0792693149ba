import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import type { StateStoreConfig } from '@pawl/state-store'
import { agent, createRuntime, workflow } from '../../src/index.ts'

// Works on runs that need an agent whose service is down: opens its breaker, then parks run after run. Says so each time;
// whoever started it kills it then.

/** A workflow that needs an agent whose service may be down. */
export function paying(service: () => Promise<void>, options: { readonly probes?: number } = {}) {
  const stripe = agent('stripe', {
    breaker: { volumeThreshold: 2, errorThresholdPercentage: 1, resetTimeoutMs: 1_500, ...options },
    run: async (amount: number) => {
      await service()
      return amount
    },
  })
  return workflow('pays', async (ctx, amount: number) => {
    const before = await ctx.step('before', () => amount)
    return ctx.step('pay', { agent: stripe, input: before })
  })
}

if (process.argv[1] === import.meta.filename) {
  const store = JSON.parse(process.argv[2] ?? 'null') as StateStoreConfig
  const flow = paying(() => Promise.reject(new Error('down')))
  const runtime = createRuntime({ workflows: [flow], stateStore: store, lease: '300ms', sweep: '50ms' })
  runtime.events.on('workflow.parked', () => writeSync(1, 'parked\n'))
  await runtime.initialize()
  for (let call = 0; call < 2; call++) await runtime.executeWorkflow(flow, call).catch(() => {})
  for (let run = 2; run < 14; run++) await runtime.startWorkflow(flow, run)
  await pause(60_000)
}
