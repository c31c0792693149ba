import type { ErrorRecord } from '../errors.ts'

/** How a workflow came to its end, before that is committed. */
export type RunResult =
  | { readonly status: 'completed'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: ErrorRecord; readonly failedSteps: readonly string[] }
  | { readonly status: 'cancelled'; readonly reason: string; readonly inbox: number }
