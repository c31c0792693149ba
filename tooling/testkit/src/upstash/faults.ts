/** Which requests a fault meets. */
interface FaultTrigger {
  /** How many requests from now on. Default 1. */
  readonly times?: number
  /** Only requests with this text in their path or body. */
  readonly containing?: string
}

/** A request is answered with an error; by default it is not executed: 429 when the quota is used up, 500, 503. */
export interface StatusFault extends FaultTrigger {
  readonly status: number
  /** Whether the commands are executed nevertheless. Default `false`. */
  readonly executed?: boolean
}

/** A request is executed, and its answer breaks off: after half of its body, or before its first byte. */
export interface CutFault extends FaultTrigger {
  readonly cut: 'half' | 'whole'
}

export type UpstashFault = StatusFault | CutFault

export interface Faults {
  add(fault: UpstashFault): void
  clear(): void
  /** The fault that meets this request; one time less is left of it. */
  next(request: string): UpstashFault | undefined
}

export function faults(): Faults {
  let planned: { readonly fault: UpstashFault; left: number }[] = []
  return {
    add: (fault) => void planned.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      planned = []
    },
    next: (request) => {
      const met = planned.find(({ fault }) => request.includes(fault.containing ?? ''))
      if (met === undefined) return undefined
      met.left -= 1
      if (met.left <= 0) planned = planned.filter((one) => one !== met)
      return met.fault
    },
  }
}
