import { type Duration, toMs } from '../define/duration.ts'
import { RuntimeError } from '../errors.ts'
import { type CallCounts, successRate } from './call-window.ts'

/** When an agent is disabled without anybody saying so, and when it gets another chance. */
export interface AutoDisable {
  /** So many calls of one process in five minutes before it judges. Default 20. */
  readonly minCalls?: number
  /** Disabled when fewer of them than this succeeded, from 0 to 1. Default 0.5. */
  readonly successRate?: number
  /** How long until one call is let through, over all processes, to see whether it is well again. Default 1 min. */
  readonly probeAfter?: Duration
}

export interface AutoDisableSettings {
  readonly minCalls: number
  readonly successRate: number
  readonly probeAfterMs: number
}

/** Fills in the defaults. Throws `INVALID_DEFINITION` naming the option; `whose` names the agent, or the runtime. */
export function autoDisableSettings(options: AutoDisable, whose: string): AutoDisableSettings {
  const { minCalls = 20, successRate: least = 0.5, probeAfter = '1m' } = options
  if (!Number.isSafeInteger(minCalls) || minCalls < 1) {
    throw invalid(whose, 'minCalls', 'a whole number from 1', minCalls)
  }
  if (!(least > 0 && least <= 1)) throw invalid(whose, 'successRate', 'a number above 0, up to 1', least)
  return { minCalls, successRate: least, probeAfterMs: toMs(probeAfter) }
}

/** Why to disable an agent; `undefined` if it does well enough. */
export function whyDisable(counts: CallCounts, settings: AutoDisableSettings): string | undefined {
  const rate = successRate(counts)
  if (rate === null || counts.calls < settings.minCalls || rate >= settings.successRate) return undefined
  const [is, least] = [rate, settings.successRate].map((part) => `${Math.round(part * 100)} %`)
  return `${is} of ${counts.calls} calls in five minutes succeeded, at least ${least} must`
}

const invalid = (whose: string, option: string, wanted: string, given: unknown): RuntimeError =>
  new RuntimeError(
    'INVALID_DEFINITION',
    `'autoDisable.${option}' of ${whose} must be ${wanted}; it is ${String(given)}.`,
  )
