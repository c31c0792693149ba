import type { Middleware } from '../contract/middleware.ts'

/** Something that calls a function, or refuses to: `policy(…)` and breakers of `@pawl/resilience` fit. */
export interface Guard {
  execute<T>(fn: () => Promise<T>): Promise<T>
}

/**
 * Sends every outgoing message through a guard, so that an open breaker refuses at once what the broker could not take
 * anyway. Errors of the message itself (not JSON, too large) are counted as well: give the breaker a filter, or put
 * this middleware last. Handlers are not touched.
 */
export const guarded = (guard: Guard): Middleware => ({
  name: 'guard',
  // An answer leaves later, by itself: the guard could not tell what became of it.
  outgoing: (message, next) =>
    message.verb === 'answer' ? next(message) : guard.execute(() => next(message)),
})
