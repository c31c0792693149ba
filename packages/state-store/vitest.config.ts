import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One server of each version of Postgres for the whole run; every test file makes a database of its own in it.
    globalSetup: ['@pawl/testkit/postgres/vitest'],
    // Every case opens files and waits for fsync, which a busy disk can make a hundred times slower.
    testTimeout: 60_000,
  },
})
