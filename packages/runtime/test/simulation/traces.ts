import type { RunSpan, StepSpan, Telemetry } from '../../src/index.ts'
import type { Random } from './random.ts'

/** A process that traces: spans are nothing but their contexts. Now and then its caller has none. */
export function tracesOf(random: Random): Telemetry {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.int(0, 15).toString(16)).join('')
  const child = (parent: string | undefined) => `00-${traceOf(parent) ?? hex(32)}-${hex(16)}-01`
  return {
    tracing: {
      current: () => (random.chance(0.8) ? child(undefined) : undefined),
      run: ({ parent }) => spanOf(child(parent), child),
    },
    watch: () => () => {},
  }
}

const spanOf = (traceparent: string, child: (parent: string) => string): RunSpan => ({
  traceparent,
  step: (): StepSpan => ({ traceparent: child(traceparent), within: (fn) => fn(), end: () => {} }),
  end: () => {},
})

/** The trace that a W3C context belongs to. */
export const traceOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1]
