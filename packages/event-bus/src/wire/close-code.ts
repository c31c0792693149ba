/**
 * Why a bridge ended a connection. 1xxx are the WebSocket protocol's own (RFC 6455 §7.4.1): beside those listed, the
 * bridge uses 1002 (broken frame), 1007 (not UTF-8) and 1009 (over `maxPayload`).
 */
export const CLOSE = {
  /** The server stops. Come back, and resume. */
  goingAway: 1001,
  /** Only text messages are understood. */
  binary: 1003,
  /** A text that is no message of this protocol. */
  badMessage: 4400,
  /** Nothing was subscribed for too long. */
  idle: 4408,
  /** The client did not take its events as fast as they came. Come back, and resume. */
  tooSlow: 4413,
  /** Too many messages in a second. */
  flood: 4429,
} as const

/** Codes after which coming back unchanged would end the same way. */
export const isFinal = (code: number): boolean => code === CLOSE.badMessage || code === CLOSE.binary
