/** Which request a cut waits for. */
export interface CutTrigger {
  /** The how-manyth request from now, over all connections; of those with the text, if one is given. Default 1. */
  readonly nth?: number
  /** Only requests with this text somewhere in their bytes count: part of a statement, a path, a run's id. */
  readonly containing?: string
}

export interface AnswerCutTrigger extends CutTrigger {
  /** How many bytes of the answer pass before the cut. Default 0; more is half an answer. */
  readonly answerBytes?: number
}

/** A cut that is to come. */
export interface PlannedCut {
  /** Resolves when the connection was cut, or broke by itself in the middle of its request. */
  readonly happened: Promise<void>
  /** Takes the plan back. Does nothing once it happened. */
  cancel(): void
}

/** Where in the exchange the connection breaks. */
export type CutPlace = { readonly at: 'request' } | { readonly at: 'answer'; readonly answerBytes: number }

/** A plan that met its request: the connection of that request carries it out. */
export interface DueCut {
  readonly place: CutPlace
  happened(): void
}

interface Plan extends DueCut {
  readonly containing: string | undefined
  remaining: number
  /** The last request that counted, so that none counts twice. */
  counted: number
}

/** The cuts that a proxy still has to make. */
export interface CutPlans {
  add(trigger: CutTrigger, place: CutPlace): PlannedCut
  /** The plan that this request fulfils, given what arrived of it so far; it is then no plan any more. */
  due(request: number, bytes: Buffer): DueCut | undefined
}

export function cutPlans(): CutPlans {
  const plans = new Set<Plan>()
  return {
    add: ({ nth = 1, containing }, place) => {
      if (!Number.isInteger(nth) || nth < 1) throw new RangeError(`nth must be 1 or more, not ${nth}.`)
      const { promise, resolve } = Promise.withResolvers<void>()
      const plan: Plan = { place, containing, remaining: nth, counted: 0, happened: resolve }
      plans.add(plan)
      return { happened: promise, cancel: () => void plans.delete(plan) }
    },
    due: (request, bytes) => {
      const met = [...plans]
        .filter((plan) => counts(plan, request, bytes))
        .find((plan) => plan.remaining <= 0)
      if (met !== undefined) plans.delete(met)
      return met
    },
  }
}

function counts(plan: Plan, request: number, bytes: Buffer): boolean {
  if (plan.counted === request) return false
  if (plan.containing !== undefined && !bytes.includes(plan.containing)) return false
  plan.counted = request
  plan.remaining -= 1
  return true
}
