import type { StateStore, StateStoreConfig } from '@pawl/state-store'
import type { Blow } from './plan.ts'

/** A database, the transport to it, and what can be done to both. */
export interface Site extends AsyncDisposable {
  readonly name: string
  /** The blows that make sense here. */
  readonly blows: readonly Blow[]
  /** A way of a round's own for its workers, through a proxy that can be cut. */
  openWay(namespace: string): Promise<Way>
  /** A store that goes straight to the database. */
  inspect(namespace: string): Promise<StateStore>
  /** SIGKILL of a process of the server that serves somebody. */
  killBackend(): Promise<void>
  /** SIGKILL of PostgREST; it is started again. */
  killRest(): Promise<void>
}

export interface Way extends AsyncDisposable {
  readonly config: StateStoreConfig
  /** Cuts every connection, whatever is on its way. */
  cut(): void
  /** Lets the next request through and cuts its connection before the answer. */
  loseAnswer(): void
}
