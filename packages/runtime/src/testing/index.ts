export {
  type CrashFailure,
  type CrashReport,
  CrashTestError,
  type CrashTestOptions,
  crashTest,
} from './crash-test.ts'
export { type FakeAgent, type FakeAnswer, fakeAgent } from './fake-agent.ts'
export type { Crash } from './history.ts'
export type { Side } from './mortal-store.ts'
export type { Difference } from './outcome.ts'
export { type TestRuntime, type TestRuntimeOptions, testRuntime } from './test-runtime.ts'
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.ts'
