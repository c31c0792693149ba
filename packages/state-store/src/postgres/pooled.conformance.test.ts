import { pooledUrl } from '@pawl/testkit/pgbouncer/vitest'
import { conformsOnPostgres } from '../../test/postgres-conformance.ts'

await conformsOnPostgres('Postgres 18, behind pgbouncer in transaction mode', 18, pooledUrl)
