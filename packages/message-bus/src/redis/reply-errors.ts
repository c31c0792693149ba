import { BrokerRefusedError, BrokerUnavailableError, MessageBusError } from '../contract/errors.ts'

/** What a Redis says when it will not, and waiting does not help by itself. Quotas and lost servers pass. */
const REFUSALS =
  /^(OOM|NOAUTH|WRONGPASS|NOPERM|WRONGTYPE|NOSCRIPT|CROSSSLOT|Unauthorized|ERR (DB index|invalid DB|unknown|wrong number|user_script|Error (compiling|running)|value is not))/

/** The bus's error for what a client threw. Commands and payloads, which some clients append, are cut off. */
export function brokerError(broker: string, error: unknown): MessageBusError {
  if (error instanceof MessageBusError) return error
  const whole = error instanceof Error ? error.message : String(error)
  const text = (whole.split(', command was:')[0] as string).slice(0, 300)
  if (text.startsWith('MOVED'))
    return new BrokerRefusedError(
      broker,
      'it is one node of a Cluster: pass a Cluster of ioredis as "client"',
    )
  return REFUSALS.test(text)
    ? new BrokerRefusedError(broker, text, stripped(error, text))
    : new BrokerUnavailableError(broker, text, stripped(error, text))
}

/** The cause, unless it carries more than the message: a client's error may hold the whole command. */
const stripped = (error: unknown, text: string): unknown =>
  error instanceof Error && error.message === text && !('command' in error) ? error : undefined
