export type { CutCounts } from './connection.ts'
export type { AnswerCutTrigger, CutTrigger, PlannedCut } from './planned-cut.ts'
export type { CutProxy, CutProxyOptions } from './start-cut-proxy.ts'
export { startCutProxy } from './start-cut-proxy.ts'
