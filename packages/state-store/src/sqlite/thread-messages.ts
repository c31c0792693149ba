import { StateStoreError, type StateStoreErrorCode } from '../contract/errors.ts'
import type { ReadOperation } from '../engine/reads.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { sqliteError } from './sqlite-errors.ts'

/** What the store's thread is asked. */
export type Request =
  | { readonly id: number; readonly write: readonly WriteOperation[] }
  | { readonly id: number; readonly read: ReadOperation }
  | { readonly id: number; readonly watch: boolean }
  | { readonly id: number; readonly close: true }

/** What it answers; `changed` comes unasked. */
export type Reply =
  | { readonly id: number; readonly outcomes: readonly SentOutcome[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SentError }
  | { readonly changed: true }
  | { readonly opened: true }
  | { readonly failed: SentError }

export type SentOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: SentError }

/** An error as data: structured cloning would lose its code. */
export interface SentError {
  readonly code: StateStoreErrorCode
  readonly message: string
  readonly retriable: boolean
}

export function sendError(error: unknown, location: string): SentError {
  const { code, message, retriable } = sqliteError(error, location)
  return { code, message, retriable }
}

export const receiveError = (sent: SentError): StateStoreError =>
  new StateStoreError(sent.code, sent.message, { retriable: sent.retriable })
