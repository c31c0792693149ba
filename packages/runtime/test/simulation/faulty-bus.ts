import type { MessageBus } from '@pawl/message-bus'
import type { Machine } from './machine.ts'

type Publish = MessageBus['publishResult']

/** The message bus as one process sees it: what it publishes may fail, come late or twice, or be its last act. */
export function faultyBus(bus: MessageBus, process: Machine): MessageBus {
  const publishResult: Publish = (...message) => publish(process, message, bus.publishResult.bind(bus))
  return new Proxy(bus, {
    get(target, name) {
      if (name === 'publishResult') return publishResult
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function publish(process: Machine, message: Parameters<Publish>, send: Publish): ReturnType<Publish> {
  const { simulation } = process
  const id = message[1]?.id ?? ''
  if (!process.alive) return new Promise(() => {})
  const fate = simulation.fates.draw('publish')
  simulation.trace(`${process.id} publish ${id.slice(-8)} ${fate.kind}`)
  if (fate.kind === 'crash-before') {
    process.crash('before publish')
    return new Promise(() => {})
  }
  await process.pause(fate.thereMs)
  if (fate.kind === 'busy') {
    simulation.count('publishes refused')
    throw new Error('The simulation says: the bus is away.')
  }
  const published = await send(...message)
  if (fate.kind === 'twice') await send(...message)
  if (fate.kind === 'crash-after' || fate.kind === 'silent') {
    process.crash('after publish')
    return new Promise(() => {})
  }
  await process.pause(fate.backMs)
  if (fate.kind === 'lost') throw new Error('The simulation says: the answer of the bus was lost.')
  return published
}
