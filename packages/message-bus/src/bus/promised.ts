/**
 * What a handler returned, as a promise, or `undefined` when there is nothing to wait for. Foreign thenables are wrapped:
 * some of them answer twice, or throw.
 */
export const promised = (returned: unknown): Promise<unknown> | undefined =>
  isThenable(returned) ? Promise.resolve(returned) : undefined

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
