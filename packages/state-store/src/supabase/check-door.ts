import type { StateStoreError } from '../contract/errors.ts'
import type { Door } from '../postgres/door.ts'
import { knownMigrations } from '../postgres/known-migrations.ts'
import type { AppliedMigration } from '../postgres/migration.ts'
import { persist } from '../postgres/persist.ts'
import { missingOf, schemaMissing } from '../postgres/schema-state.ts'

/** PostgREST looks for new functions when it is told to; until it has, a door that was just made is not there. */
const LOOK_AGAIN_MS = [100, 200, 400, 800, 1_500] as const

/**
 * Checks the way through the door, and that what is behind it is the schema that this code knows. Returns its version.
 */
export async function checkDoor(door: Door): Promise<number> {
  const known = knownMigrations()
  const missing = missingOf(await appliedBehind(door), known, door.location)
  if (missing.length === 0) return known.at(-1)!.id
  const advice = "Run 'npx pawl-state-store migrate' of this version with the project's connection string."
  throw schemaMissing(door.location, missing.length, known.length, advice)
}

async function appliedBehind(door: Door): Promise<readonly AppliedMigration[]> {
  const failureOf = (thrown: unknown) => door.failureOf(thrown)
  const ask = () => persist(() => door.read('', { op: 'schema' }), true, failureOf)
  for (const pauseMs of LOOK_AGAIN_MS) {
    try {
      return (await ask()) as readonly AppliedMigration[]
    } catch (thrown) {
      const { error } = failureOf(thrown)
      if (error.code !== 'STORE_SCHEMA_MISSING') throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return ask().catch((thrown: unknown): never => {
    throw failureOf(thrown).error as StateStoreError
  }) as Promise<readonly AppliedMigration[]>
}
