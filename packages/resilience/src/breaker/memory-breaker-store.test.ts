import { describe, it } from 'vitest'
import { breakerStoreConformance } from '../conformance/index.ts'
import { createMemoryBreakerStore } from '../index.ts'

breakerStoreConformance({ describe, it }, async () => {
  const store = createMemoryBreakerStore()
  return { connect: async () => store }
})
