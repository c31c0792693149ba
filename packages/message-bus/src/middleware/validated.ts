import { InvalidMessageError } from '../contract/errors.ts'
import type { Middleware } from '../contract/middleware.ts'
import { callable, optionsObject } from '../contract/option.ts'
import { compileTopicPattern } from '../contract/topic.ts'

/** What we use of a Standard Schema (https://standardschema.dev): Zod, Valibot, ArkType and others fit. */
export interface Schema {
  readonly '~standard': {
    validate(value: unknown): Validated | Promise<Validated>
  }
}

type Validated =
  | { readonly value: unknown; readonly issues?: undefined }
  | {
      readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[]
    }

/**
 * Checks payloads by the topics or queues they go to, in both directions. The first pattern that matches counts; what
 * none matches passes. What does not fit is refused with InvalidMessageError when it is sent; work that comes in so
 * becomes a dead letter at once. Handlers get what the schema made of the payload. Answers are not checked: the schema
 * of a topic is that of its questions.
 * @param schemas by topic pattern, such as `{ 'order:*': z.object({ … }) }`
 * @throws BadTopicError, BadOptionError
 */
export function validated(schemas: Readonly<Record<string, Schema>>): Middleware {
  const tests = Object.entries(optionsObject('schemas', schemas)).map(([pattern, schema]) => {
    callable(`schemas[${JSON.stringify(pattern)}]['~standard'].validate`, schema?.['~standard']?.validate)
    return [compileTopicPattern(pattern), schema] as const
  })
  const check = async (topic: string, payload: unknown): Promise<unknown> => {
    const schema = tests.find(([test]) => test(topic))?.[1]
    if (!schema) return payload
    const result = await schema['~standard'].validate(payload)
    if (result.issues) throw new InvalidMessageError(topic, described(result.issues))
    return result.value
  }
  return {
    name: 'schemas',
    async outgoing(message, next) {
      // Sent as it was given: what a schema makes of it is made again where it arrives.
      if (message.verb !== 'answer') await check(message.topic, message.payload)
      return next(message)
    },
    async incoming(message, next) {
      const { verb, envelope } = message
      if (verb === 'answer') return next(message)
      const payload = await check(envelope.topic, envelope.payload)
      return next({ ...message, envelope: { ...envelope, payload } })
    },
  }
}

const described = (issues: Extract<Validated, { issues: readonly unknown[] }>['issues']): string =>
  issues
    .slice(0, 5)
    .map(({ message, path }) =>
      path && path.length > 0 ? `${path.map(nameOf).join('.')}: ${message}` : message,
    )
    .join('; ')

/** A step of a path is a key, or an object that holds one. */
const nameOf = (step: unknown): string =>
  String(typeof step === 'object' && step !== null && 'key' in step ? step.key : step)
