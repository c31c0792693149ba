import { conformsOnPostgres } from '../../test/postgres-conformance.ts'

await conformsOnPostgres(15)
