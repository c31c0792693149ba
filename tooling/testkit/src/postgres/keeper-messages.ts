/** The major versions of Postgres that the testkit can start. */
export type PostgresVersion = 15 | 18

export interface KeeperRequest {
  readonly version: PostgresVersion
  /** The name of the superuser that owns the server. */
  readonly superuser: string
  /** Whether commits wait for the disk, as they do in production. */
  readonly durable: boolean
  /** More settings, as `name=value`. */
  readonly settings: readonly string[]
}

export interface KeeperAnswer {
  readonly url: string
}
