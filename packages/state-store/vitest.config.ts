import { defineConfig } from 'vitest/config'

// One server of each version of Postgres for the whole run; every test file makes a database of its own in it.
export default defineConfig({ test: { globalSetup: ['@pawl/testkit/postgres/vitest'] } })
