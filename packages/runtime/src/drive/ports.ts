/**
 * Everything that `drive/` and `decide/` may know of the outside world. A simulator passes virtual ones, so that
 * a seed decides the whole run; a lint rule keeps the globals out of those folders.
 */
export interface Ports {
  /** Epoch milliseconds. */
  now(): number
  /**
   * Calls `fn` once after `ms`; returns what cancels it. `background` does not keep the process alive; `periodic` says
   * that it sets itself again, so that virtual time need not stop for each of them.
   */
  setTimer(
    fn: () => void,
    ms: number,
    options?: { readonly background?: boolean; readonly periodic?: boolean },
  ): () => void
  /** From 0 (included) to 1 (excluded). */
  random(): number
  /** Resolves in a later turn of the event loop, when everything that follows from now has run. */
  turn(): Promise<void>
  /** A UUID that sorts by time. */
  id(): string
}
