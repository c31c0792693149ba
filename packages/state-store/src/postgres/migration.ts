/** One step towards the present schema, as the table `pawl.migration` names it. */
export interface AppliedMigration {
  readonly id: number
  readonly name: string
  /** SHA-256 of its text, in hexadecimal digits. */
  readonly checksum: string
}

export interface Migration extends AppliedMigration {
  readonly sql: string
}

/** What the migration of the functions is called, in every release. */
export const FUNCTIONS = 'functions'
