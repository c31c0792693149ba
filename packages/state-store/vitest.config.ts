import { fileURLToPath } from 'node:url'
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
    // Hundreds of threads are started, each of which would strip the types of the store's sources by itself: half of the
    // time that opening a file takes here, and the machine code of so many strippers sometimes ends Node (nodejs/node
    // issue 64500).
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('./node_modules/.cache/compiled', import.meta.url)) },
    // Every case opens files and waits for fsync, which a busy disk can make a hundred times slower.
    testTimeout: 60_000,
  },
})
