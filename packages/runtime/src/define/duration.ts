import { RuntimeError } from '../errors.ts'

/** Milliseconds, or a number with a unit: `'250ms'`, `'30s'`, `'15m'`, `'2h'`, `'7d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The duration in milliseconds. Throws `INVALID_DEFINITION` for anything that is not one. */
export function toMs(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parse(duration)
  if (!Number.isFinite(ms) || ms < 0) {
    throw new RuntimeError(
      'INVALID_DEFINITION',
      `'${String(duration)}' is not a duration. Use milliseconds, or a number with ms, s, m, h or d, such as '30s'.`,
    )
  }
  return ms
}

function parse(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  return match === null ? Number.NaN : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
}
