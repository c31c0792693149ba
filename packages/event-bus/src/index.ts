export { createEventBus } from './bus.ts'
export {
  BadOptionError,
  BadPatternError,
  BusClosedError,
  EmitCycleError,
  EventBusError,
  type EventBusErrorCode,
  PipeError,
  RefusedError,
  ReservedTypeError,
  SinkBrokenError,
  SinkError,
  SinkFullError,
  StreamOverflowError,
  WaitTimeoutError,
} from './errors.ts'
export type { BusEvent, EventMeta, EventOf, EventType } from './event.ts'
export type {
  EmitArguments,
  EventBus,
  EventBusOptions,
  EventBusStats,
  Listener,
  ListenOptions,
  Published,
  ReplayOptions,
} from './event-bus.ts'
export { GAP, type Gap, type GapEvent, isGap } from './gap.ts'
export type { Hooks } from './hooks.ts'
export { Outputs, type OutputText } from './output/text.ts'
export {
  type OutputBus,
  type OutputEvents,
  type OutputOptions,
  type OutputWriter,
  openOutput,
} from './output/writer.ts'
export {
  compilePattern,
  isPattern,
  type Matches,
  type Matching,
  type Pattern,
  type Selected,
} from './pattern.ts'
export type { Draft, Pipe, Replaced } from './pipe.ts'
export type { EventSink, SinkOptions, SinkOverflow, SinkStats } from './sink.ts'
export type { EventStream, Overflow, StreamOptions } from './stream.ts'
export type { Failure, OfOutput, WorkflowEvents } from './vocabulary.ts'
export type { WaitOptions } from './wait.ts'
export { type Span, type Spannable, withEvents } from './with-events.ts'
