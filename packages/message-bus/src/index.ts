export type { MessageBusOptions } from './bus/options.ts'
export {
  type AgentMessages,
  isFinal,
  type Metadata,
  type ResultHandler,
  type ResultMessage,
  type TaskHandler,
  type TaskMessage,
  WORKFLOW_PREFIX,
  type Written,
} from './contract/agent-messages.ts'
export {
  checkHead,
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  type Head,
  type MessageOptions,
} from './contract/envelope.ts'
export {
  BadEnvelopeError,
  BadOptionError,
  BadTopicError,
  BrokerRefusedError,
  BrokerUnavailableError,
  type ErrorSummary,
  InvalidMessageError,
  LeaseLostError,
  MessageBusClosedError,
  MessageBusError,
  type MessageBusErrorCode,
  NoRespondersError,
  NotDecodedError,
  NotJsonError,
  QueueFullError,
  RequestTimeoutError,
  ReservedError,
  ResponderFailedError,
  SubscriptionTakenError,
  TooLargeError,
} from './contract/errors.ts'
export type { EventContext, EventGap, EventHandler, Events, SubscribeOptions } from './contract/events.ts'
export { encodePayload } from './contract/json.ts'
export type { CloseOptions, MessageBus, MessageBusHealth } from './contract/message-bus.ts'
export type { Incoming, Middleware, Outgoing } from './contract/middleware.ts'
export type { QuestionContext, QuestionHandler, Questions, RequestOptions } from './contract/questions.ts'
export type { MessageBusStats, Percentiles, QueueStats, TopicStats } from './contract/stats.ts'
export type { Published, Subscription } from './contract/subscription.ts'
export { checkTopic, compileTopicPattern, MAX_TOPIC_LENGTH } from './contract/topic.ts'
export type {
  Consumed,
  ConsumeOnceOptions,
  ConsumeOptions,
  Consumer,
  DeadLetter,
  DeadLetterSelection,
  QueueStatus,
  ReplayOptions,
  SendOptions,
  Work,
  WorkContext,
  WorkHandler,
} from './contract/work.ts'
export { createMessageBus, type MessageBusConfig, type MessageBusSettings } from './create-message-bus.ts'
export type { MemoryMessageBusOptions } from './memory/memory-message-bus.ts'
export { createMemoryMessageBus } from './memory/memory-message-bus.ts'
export { type Guard, guarded } from './middleware/guarded.ts'
export { type Codec, type SealedOptions, sealed } from './middleware/sealed.ts'
export { type Schema, validated } from './middleware/validated.ts'
export { type Ports, realPorts } from './ports.ts'
