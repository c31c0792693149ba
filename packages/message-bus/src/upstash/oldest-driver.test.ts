import { describe, vi } from 'vitest'

vi.mock('@upstash/redis', () => import('upstash-redis-1.36'))

describe('the oldest @upstash/redis that is promised', async () => {
  await import('./conformance.test.ts')
})
