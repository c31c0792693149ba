import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One server of each version of Postgres, one pooler and one Supabase project for the whole run; every test file makes
    // a database, or a project, of its own in them.
    globalSetup: [
      './test/conformance-tally.ts',
      '@pawl/testkit/postgres/vitest',
      '@pawl/testkit/pgbouncer/vitest',
      '@pawl/testkit/supabase/vitest',
    ],
    // Every case opens files and waits for fsync, which a busy disk can make a hundred times slower.
    testTimeout: 60_000,
  },
})
