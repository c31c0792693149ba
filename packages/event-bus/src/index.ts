export { createEventBus } from './bus.ts'
export {
  BadOptionError,
  BadPatternError,
  BusClosedError,
  EmitCycleError,
  EventBusError,
  type EventBusErrorCode,
  PipeError,
  ReservedTypeError,
  StreamOverflowError,
  WaitTimeoutError,
} from './errors.ts'
export type { BusEvent, EventMeta, EventOf, EventType } from './event.ts'
export type {
  Draft,
  EmitArguments,
  EventBus,
  EventBusOptions,
  EventBusStats,
  Listener,
  ListenOptions,
  Pipe,
} from './event-bus.ts'
export { GAP, type Gap, type GapEvent, isGap } from './gap.ts'
export {
  compilePattern,
  isPattern,
  type Matches,
  type Matching,
  type Pattern,
  type Selected,
} from './pattern.ts'
export type { EventStream, Overflow, StreamOptions } from './stream.ts'
export type { WaitOptions } from './wait.ts'
