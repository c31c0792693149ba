import { conformsOnPostgres } from '../../test/postgres-conformance.ts'

await conformsOnPostgres('Postgres 18', 18)
