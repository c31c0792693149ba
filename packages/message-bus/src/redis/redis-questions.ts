import type { QuestionBroker } from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import type { Keys } from './keys.ts'
import type { Link } from './link.ts'
import { SCRIPTS } from './scripts.ts'
import { wholeMs } from './stored.ts'

/** How long the one whose turn it is has a question to itself. */
const TURN_MS = 25

/** Questions in a Redis. @param bus the id of this bus, under which its responders are counted there */
export function redisQuestions(link: Link, keys: Keys, settings: BusSettings, bus: string): QuestionBroker {
  return {
    async ask(topic, question, timeoutMs) {
      const key = keys.questions(topic)
      const knows = link.knowsListeners ? 1 : 0
      const args = [keys.channel(key), wholeMs(timeoutMs), question, knows, settings.ports.newId()]
      return Number(await link.run(SCRIPTS.ask, [key], args)) === 1
    },

    async takeQuestion(topic) {
      const question = await link.run(SCRIPTS.takeQuestion, [keys.questions(topic)], [])
      return typeof question === 'string' ? question : undefined
    },

    async cancelQuestion(topic, id) {
      await link.command('PUBLISH', [keys.channel(keys.questions(topic)), `-${id}`])
    },

    async watchQuestions(topic, heard) {
      const key = keys.questions(topic)
      const enroll = async (): Promise<void> => {
        await link.run(SCRIPTS.enroll, [key], [bus, 1])
      }
      let gone = false
      const unwatch = await link.subscribe(keys.channel(key), (text) => {
        // A server that lost sight of this bus may have struck it off.
        if (text === undefined && !gone) enroll().catch(() => {})
        if (text === undefined) heard(undefined)
        else if (text.startsWith('-')) heard(text.slice(1))
        else if (text === `+${bus}`) heard('')
        // Somebody else is called upon, who may have died without a word.
        else settings.ports.setTimer(() => heard(''), TURN_MS)
      })
      try {
        await enroll()
      } catch (error) {
        gone = true
        await unwatch()
        throw error
      }
      return async () => {
        gone = true
        // First off the list: what was asked until then is still taken.
        await link.run(SCRIPTS.enroll, [key], [bus, 0]).catch(() => {})
        heard(undefined)
        await unwatch()
      }
    },

    async answer(asker, text) {
      await link.command('PUBLISH', [keys.answers(asker), text])
    },

    watchAnswers: (asker, heard) =>
      link.subscribe(keys.answers(asker), (text) => text !== undefined && heard(text)),
  }
}
