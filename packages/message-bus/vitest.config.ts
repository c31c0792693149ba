import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One Redis for the whole run; every case has a namespace of its own in it.
    globalSetup: ['@pawl/testkit/redis/vitest'],
    testTimeout: 20_000,
  },
})
