import { type Counters, counters, looking, reset } from './counters.ts'
import { type Engine, type Load, produce } from './load.ts'

export interface Throughput {
  /** Messages a second, from the first send to the last handler. */
  readonly rate: number
  /** Of Redis, a message, those inside Lua included. */
  readonly commands: number
  /** Calls of scripts by clients, a message. */
  readonly scripts: number
  /** Processor time a message, of Redis and of this process: the machine's other work does not count. */
  readonly redisUs: number
  readonly clientUs: number
}

/** One run of an engine on an emptied Redis. */
export async function throughput(
  url: string,
  load: Load,
  open: (url: string, load: Load) => Promise<Engine>,
): Promise<Throughput> {
  const redis = looking(url)
  await reset(redis)
  const engine = await open(url, load)
  try {
    const before = await counters(redis)
    const cpu = process.cpuUsage()
    const began = performance.now()
    await produce(load, engine.send)
    await engine.handled
    const ms = performance.now() - began
    const { user, system } = process.cpuUsage(cpu)
    return perMessage(load, before, await settled(redis), ms, user + system)
  } finally {
    await engine.close()
    redis.disconnect()
  }
}

/** The last acknowledgements may still be on their way. */
async function settled(redis: ReturnType<typeof looking>): Promise<Counters> {
  await new Promise((resolve) => setTimeout(resolve, 100))
  return counters(redis)
}

function perMessage(
  { messages }: Load,
  before: Counters,
  after: Counters,
  ms: number,
  clientUs: number,
): Throughput {
  return {
    rate: (messages * 1_000) / ms,
    commands: (after.commands - before.commands) / messages,
    scripts: (after.scripts - before.scripts) / messages,
    redisUs: ((after.cpuMs - before.cpuMs) * 1_000) / messages,
    clientUs: clientUs / messages,
  }
}
