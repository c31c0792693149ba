import type { BusEvent, EventMeta, EventType } from './event.ts'
import type { EventBus } from './event-bus.ts'
import type { Failure } from './vocabulary.ts'
import { warn } from './warn.ts'

/**
 * Subjects of an event map that can be spanned: `step` where there are `step.started`, `step.completed` (the
 * started payload and `durationMs`) and `step.failed` (and `error`).
 */
export type Spannable<Events extends object> = {
  [Name in EventType<Events>]: Name extends `${infer Of}.started`
    ? Events[Name] & { durationMs: number } extends At<Events, `${Of}.completed`>
      ? Events[Name] & { durationMs: number; error: Failure } extends At<Events, `${Of}.failed`>
        ? Of
        : never
      : never
    : never
}[EventType<Events>]

type At<Events, Name extends string> = Name extends keyof Events ? Events[Name] : never

/** Which events a function is wrapped in. */
export interface Span<Events extends object, Of extends string, Args extends readonly unknown[]> {
  /** The subject: `step` for `step.started`, `step.completed` and `step.failed`. */
  readonly of: Of
  /** Payload of `started`, and the first part of the others'; or how to make it from the arguments. */
  readonly payload: At<Events, `${Of}.started`> | ((...args: Args) => At<Events, `${Of}.started`>)
  readonly meta?: EventMeta | ((...args: Args) => EventMeta)
  /** Gets what the bus threw (closed, a pipe failed, its sink is full). Default: a process warning. */
  readonly onError?: (error: unknown) => void
}

/**
 * Wraps a function so that `started`, then `completed` or `failed` with the duration, are always emitted. What the
 * function returns and throws passes through untouched; a bus that fails never changes the outcome.
 * @example
 * const research = withEvents(bus, { of: 'step', payload: { step: 'research' } }, async (topic: string) => find(topic))
 */
export function withEvents<
  Events extends object,
  const Of extends Spannable<Events>,
  Args extends readonly unknown[],
  Result,
>(
  bus: EventBus<Events>,
  names: Span<Events, Of, Args>,
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  const emit = quietly(bus, names)
  return (...args) => {
    const base = made(names.payload, args) as object
    const meta = names.meta === undefined ? undefined : (made(names.meta, args) as EventMeta)
    const began = performance.now()
    const end = (how: 'completed' | 'failed', more: object): void => {
      emit(how, { ...base, durationMs: Math.round(performance.now() - began), ...more }, meta)
    }
    const fail = (error: unknown): never => {
      end('failed', { error: failureOf(error) })
      throw error
    }
    emit('started', base, meta)
    try {
      const result = fn(...args)
      if (!isThenable(result)) {
        end('completed', {})
        return result
      }
      const settled = result.then((value) => {
        end('completed', {})
        return value
      }, fail)
      return settled as Result
    } catch (error) {
      return fail(error)
    }
  }
}

/** An error as an event may carry it. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { code } = error as { code?: unknown }
  return { name: error.name, message: error.message, ...(typeof code === 'string' && { code }) }
}

type QuietEmit = (name: string, payload: unknown, meta: EventMeta | undefined) => void

function quietly<Events extends object, Of extends string, Args extends readonly unknown[]>(
  bus: EventBus<Events>,
  { of, onError }: Span<Events, Of, Args>,
): QuietEmit {
  const emit = bus.emit.bind(bus) as (
    type: string,
    payload: unknown,
    meta?: EventMeta,
  ) => BusEvent | undefined
  return (name, payload, meta) => {
    try {
      emit(`${of}.${name}`, payload, meta)
    } catch (error) {
      if (onError) onError(error)
      else warn(`Emitting "${of}.${name}"`, error)
    }
  }
}

const made = <Args extends readonly unknown[]>(from: unknown, args: Args): unknown =>
  typeof from === 'function' ? (from as (...args: Args) => unknown)(...args) : from

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
