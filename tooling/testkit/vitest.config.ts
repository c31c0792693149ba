import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: [
      './src/postgres/vitest.ts',
      './src/pgbouncer/vitest.ts',
      './src/redis/vitest.ts',
      './src/supabase/vitest.ts',
    ],
    // Starting and killing servers takes seconds where several suites run at once.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
