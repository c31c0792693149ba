import { defineConfig } from 'vitest/config'

// Every case opens files and waits for fsync, which a busy disk can make a hundred times slower.
export default defineConfig({ test: { testTimeout: 60_000 } })
