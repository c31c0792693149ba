export type { BridgeOptions } from '../bridge/options.ts'
export { byToken, sameToken, type Visitor } from '../bridge/visitor.ts'
export { CLOSE } from '../wire/close-code.ts'
export type { ClientMessage, Position, Refusal, ServerMessage } from '../wire/message.ts'
export {
  createWebSocketBridge,
  type WebSocketBridge,
  type WebSocketBridgeOptions,
  type WebSocketBridgeStats,
} from './bridge.ts'
