import type { LogFilter, LogRecord, Page } from '@pawl/state-store'
import type { Live } from './live.ts'
import { translateStoreError } from './store-errors.ts'

/** A page of log lines of the store, with what this process has said so far. */
export async function readLogs({ parts: { store } }: Live, filter: LogFilter): Promise<Page<LogRecord>> {
  await store.telemetry.flush()
  return translateStoreError(store.telemetry.logs(filter))
}
