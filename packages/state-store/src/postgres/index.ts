import type { StateStore } from '../contract/store.ts'
import { checkDuration, checkLimits, checkName, checkWhole } from '../store/checks.ts'
import { createStore } from '../store/create-store.ts'
import { checkTelemetry } from '../store/telemetry.ts'
import { connect } from './connect.ts'
import { Listener } from './listener.ts'
import type { PostgresOptions } from './options.ts'
import { PostgresDoor } from './postgres-door.ts'
import { PostgresEngine } from './postgres-engine.ts'
import { Pulse } from './pulse.ts'

export type { Installed } from './install.ts'
export { migrate } from './install.ts'
export type { DatabaseOptions, PostgresOptions } from './options.ts'
export type { PostgresClient, PostgresPool, PostgresQuery } from './pool.ts'

/**
 * Opens a store on Postgres 15 or newer, and installs its schema `pawl` if need be. Needs the package `pg`.
 *
 * Every call is one statement without session state, so a pooler in transaction mode may stand between; `prepared`,
 * `listen` and `statementTimeoutMs` are for connections that keep their session.
 *
 * Rejects with `STORE_UNREACHABLE` (retriable), `STORE_ACCESS_DENIED`, `STORE_UNREADABLE` (no such database, server too
 * old, encoding not UTF-8), `STORE_SCHEMA_MISSING`, `STORE_NEWER_SCHEMA`, `STORE_MIGRATION_DRIFT`.
 */
export async function openPostgresStore(options: PostgresOptions): Promise<StateStore> {
  const namespace = checkName('namespace', options.namespace ?? 'default')
  const limits = checkLimits(options.limits)
  checkTelemetry(options.telemetry)
  const timeoutMs = checkDuration('timeoutMs', options.timeoutMs ?? 30_000)
  const listen = options.listen ?? false
  const pollMs = checkDuration('pollMs', options.pollMs ?? (listen ? 5_000 : 500))
  const maxConnections = checkWhole('maxConnections', options.maxConnections ?? 4, 1) + (listen ? 1 : 0)
  const maxTransactions = checkWhole('maxTransactions', options.maxTransactions ?? 4, 1)
  if (options.statementTimeoutMs !== undefined)
    checkWhole('statementTimeoutMs', options.statementTimeoutMs, 1)
  const database = await connect(
    { ...options, maxConnections, maxTransactions },
    (options.migrate ?? true) ? 'store' : 'never',
  )
  const sender = listen ? crypto.randomUUID() : null
  const { location } = database
  const door = new PostgresDoor(database, {
    location,
    timeoutMs,
    prepared: options.prepared ?? false,
    sender,
  })
  const pulse = new Pulse(() => door.pulse(), pollMs)
  const watch = sender === null ? pulse : new Listener(database.pool, sender, namespace, pulse)
  return createStore(new PostgresEngine(door, namespace, watch), {
    namespace,
    limits,
    ...(options.codec === undefined ? {} : { codec: options.codec }),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  })
}
