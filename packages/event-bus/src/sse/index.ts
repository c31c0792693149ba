export type { BridgeOptions } from '../bridge/options.ts'
export { byToken, sameToken, type Visitor } from '../bridge/visitor.ts'
export { CLOSE } from '../wire/close-code.ts'
export type { Position, Refusal, ServerMessage } from '../wire/message.ts'
export {
  createSseBridge,
  type RequestInfo,
  type SseBridge,
  type SseBridgeOptions,
  type SseBridgeStats,
} from './bridge.ts'
