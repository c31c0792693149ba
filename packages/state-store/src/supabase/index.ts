import type { StoreLimits } from '../contract/limits.ts'
import type { StateStore } from '../contract/store.ts'
import type { TelemetryOptions } from '../contract/telemetry.ts'
import { PostgresEngine } from '../postgres/postgres-engine.ts'
import { Pulse } from '../postgres/pulse.ts'
import { checkDuration, checkLimits, checkName, checkWhole } from '../store/checks.ts'
import { createStore } from '../store/create-store.ts'
import type { Codec } from '../store/encode.ts'
import { checkTelemetry } from '../store/telemetry.ts'
import { checkDoor } from './check-door.ts'
import { openProject, type ProjectOptions } from './client.ts'
import { SupabaseDoor } from './supabase-door.ts'

export type { ProjectOptions, SupabaseClient } from './client.ts'

export interface SupabaseOptions extends ProjectOptions {
  /** Scopes every run. Default `default`. */
  readonly namespace?: string
  /** How long to wait for the answer to one request, in milliseconds. Default 30,000. Then the request is aborted. */
  readonly timeoutMs?: number
  /** How often `watch` looks for writes of other processes, in milliseconds. Default 2,000; 0 for never. */
  readonly pollMs?: number
  /**
   * UTF-8 bytes of a request, at most. Default 1 MiB. Larger batches are cut, in their order; one operation that is
   * larger goes alone.
   */
  readonly maxRequestBytes?: number
  readonly limits?: Partial<StoreLimits>
  /** Passes over every payload on its way to and from the database: encryption, compression. */
  readonly codec?: Codec
  /** Bounds, retention and secrets of `store.telemetry`. */
  readonly telemetry?: TelemetryOptions
}

/**
 * Opens a store on a Supabase project, over HTTPS. Needs the package `@supabase/supabase-js`, and the schema `pawl` in
 * the project: `migrate()` of `@pawl/state-store/postgres`, or `npx pawl-state-store`, installs it.
 *
 * Every call is one request; nothing is kept open, neither a connection nor a channel. A request that is lost is sent
 * again where that does nothing twice.
 *
 * Rejects with `INVALID_ARGUMENT`, `STORE_UNREACHABLE` (retriable), `STORE_ACCESS_DENIED` (not the project's secret
 * key), `STORE_UNREADABLE` (no project answers), `STORE_SCHEMA_MISSING`, `STORE_NEWER_SCHEMA`, `STORE_MIGRATION_DRIFT`.
 */
export async function openSupabaseStore(options: SupabaseOptions): Promise<StateStore> {
  const namespace = checkName('namespace', options.namespace ?? 'default')
  const limits = checkLimits(options.limits)
  checkTelemetry(options.telemetry)
  const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? 30_000)
  const pollMs = checkDuration('pollMs', options.pollMs ?? 2_000)
  const maxRequestBytes = checkWhole('maxRequestBytes', options.maxRequestBytes ?? 1024 * 1024, 1_024)
  const door = new SupabaseDoor(openProject(options), { timeoutMs, maxRequestBytes })
  await checkDoor(door)
  const engine = new PostgresEngine(door, namespace, new Pulse(() => door.pulse(), pollMs))
  return createStore(engine, {
    namespace,
    limits,
    ...(options.codec === undefined ? {} : { codec: options.codec }),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  })
}
