import type { Broker, Unwatch } from './broker/broker.ts'

/**
 * A broker that is loaded by its first call. Calls made meanwhile wait, and keep their order.
 * @param load opens it; when it fails, the call fails, and the next one tries again
 * @param fellBack told when what was opened is of another kind than was wanted
 */
export function lateBroker(
  kind: string,
  load: () => Promise<Broker>,
  fellBack: (detail: string) => void,
): Broker {
  let there: Broker | undefined
  let loading: Promise<Broker> | undefined
  let closed = false
  const open = async (): Promise<Broker> => {
    loading ??= load()
    const mine = loading
    try {
      const broker = await mine
      if (there) return there
      there = broker
      if (closed) await broker.close()
      else if (broker.kind !== kind) fellBack(broker.detail)
      return broker
    } catch (error) {
      // A later call may have begun another one.
      if (loading === mine) loading = undefined
      throw error
    }
  }
  const late =
    <A extends unknown[], R>(call: (broker: Broker, ...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      there ? call(there, ...args) : open().then((broker) => call(broker, ...args))
  return {
    get kind() {
      return there?.kind ?? kind
    },
    get detail() {
      return there?.detail ?? ''
    },
    get limits() {
      return there?.limits ?? { count: 100, chars: 256 * 1024, turns: 1 }
    },
    send: late((broker, queue, work) => broker.send(queue, work)),
    turn: late((broker, queue, turn) => broker.turn(queue, turn)),
    extend: late((broker, queue, leases) => broker.extend(queue, leases)),
    counts: late((broker, queue) => broker.counts(queue)),
    deadLetters: late((broker, queue) => broker.deadLetters(queue)),
    replay: late((broker, queue, letters) => broker.replay(queue, letters)),
    purge: late((broker, queue, keys) => broker.purge(queue, keys)),
    enroll: late((broker, queue, consumers) => broker.enroll(queue, consumers)),
    watchQueue: late((broker, queue, wake): Promise<Unwatch> => broker.watchQueue(queue, wake)),
    append: late((broker, events) => broker.append(events)),
    seek: late((broker, beginning) => broker.seek(beginning)),
    read: late((broker, place) => broker.read(place)),
    takePlace: late((broker, name, holder) => broker.takePlace(name, holder)),
    keepPlace: late((broker, name, holder, place) => broker.keepPlace(name, holder, place)),
    results: late((broker, taskIds) => broker.results(taskIds)),
    watchLog: late((broker, grown): Promise<Unwatch> => broker.watchLog(grown)),
    ask: late((broker, topic, question, timeoutMs) => broker.ask(topic, question, timeoutMs)),
    takeQuestion: late((broker, topic) => broker.takeQuestion(topic)),
    cancelQuestion: late((broker, topic, id) => broker.cancelQuestion(topic, id)),
    watchQuestions: late((broker, topic, heard): Promise<Unwatch> => broker.watchQuestions(topic, heard)),
    answer: late((broker, asker, text) => broker.answer(asker, text)),
    watchAnswers: late((broker, asker, heard): Promise<Unwatch> => broker.watchAnswers(asker, heard)),
    ping: late((broker) => broker.ping()),
    numbers: async () => there?.numbers() ?? {},
    async close() {
      closed = true
      await there?.close()
    },
  }
}
