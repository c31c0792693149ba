import { BrokerRefusedError, BrokerUnavailableError, MessageBusError } from '../contract/errors.ts'

/** What a Redis says when it will not, and waiting does not help by itself. */
const REFUSALS = /^(OOM|NOAUTH|WRONGPASS|NOPERM|WRONGTYPE|EXECABORT|ERR|NOSCRIPT|CROSSSLOT|Unauthorized)\b/

/** Of those that begin with ERR, the ones that pass: quotas and connection limits. */
const PASSING = /max (?:requests|daily|concurrent|number of clients)|limit exceeded|too many/i

/** The bus's error for what a client threw. Commands and payloads, which some clients append, are cut off. */
export function brokerError(broker: string, error: unknown): MessageBusError {
  if (error instanceof MessageBusError) return error
  const whole = error instanceof Error ? error.message : String(error)
  const text = (whole.split(', command was:')[0] as string).slice(0, 300)
  const refused = REFUSALS.test(text) && !PASSING.test(text)
  return refused
    ? new BrokerRefusedError(broker, text, stripped(error, text))
    : new BrokerUnavailableError(broker, text, stripped(error, text))
}

/** The cause, unless it carries more than the message: a client's error may hold the whole command. */
const stripped = (error: unknown, text: string): unknown =>
  error instanceof Error && error.message === text && !('command' in error) ? error : undefined
