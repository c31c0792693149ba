export type { CutFault, StatusFault, UpstashFault } from './faults.ts'
export type { UpstashCounts, UpstashOptions, UpstashServer } from './start-upstash.ts'
export { startUpstash } from './start-upstash.ts'
