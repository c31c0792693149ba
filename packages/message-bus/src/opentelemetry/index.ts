import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Middleware } from '../contract/middleware.ts'

export interface TracingOptions {
  /** Default: the tracer called `@pawl/message-bus` of the global provider. */
  readonly tracer?: Tracer | undefined
}

/**
 * Spans around sending and handling, joined over the wire: the sender's context travels in the envelope's headers (W3C
 * `traceparent`, by the propagator that is set globally), and the handler's span is its child. Names and attributes
 * follow OpenTelemetry's conventions for messaging.
 */
export function tracing({ tracer = trace.getTracer('@pawl/message-bus') }: TracingOptions = {}): Middleware {
  return {
    name: 'tracing',
    outgoing(message, next) {
      const { verb, topic, options } = message
      if (verb === 'answer') return next(message)
      const attributes = { 'messaging.system': 'pawl', 'messaging.destination.name': topic }
      return tracer.startActiveSpan(`${verb} ${topic}`, { kind: SpanKind.PRODUCER, attributes }, (span) => {
        const headers: Record<string, string> = { ...options.headers }
        propagation.inject(context.active(), headers)
        return ending(span, () => next({ ...message, options: { ...options, headers } }))
      })
    },
    incoming(message, next) {
      const { verb, envelope } = message
      if (verb === 'result' || verb === 'answer') return next(message)
      const parent = propagation.extract(context.active(), envelope.headers)
      const attributes = {
        'messaging.system': 'pawl',
        'messaging.destination.name': envelope.topic,
        'messaging.message.id': envelope.id,
        'messaging.message.delivery_attempt': envelope.attempt,
        ...(envelope.sessionId === null ? {} : { 'messaging.message.conversation_id': envelope.sessionId }),
      }
      const options = { kind: SpanKind.CONSUMER, attributes }
      return tracer.startActiveSpan(`process ${envelope.topic}`, options, parent, (span) =>
        ending(span, () => next(message)),
      )
    },
  }
}

async function ending<T>(span: Span, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    span.recordException(error instanceof Error ? error : message)
    span.setStatus({ code: SpanStatusCode.ERROR, message })
    throw error
  } finally {
    span.end()
  }
}
