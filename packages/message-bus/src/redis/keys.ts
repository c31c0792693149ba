import { BadOptionError } from '../contract/errors.ts'

const NAME = /^[A-Za-z0-9_.-]{1,64}$/

/** Names of keys and channels of one namespace. All keys of one queue, and all of the log, share a hash tag. */
export class Keys {
  readonly #prefix: string
  readonly #namespace: string

  /** @throws BadOptionError: a name that could reach into another namespace */
  constructor(prefix: string, namespace: string) {
    for (const [option, value] of Object.entries({ prefix, namespace })) {
      if (typeof value !== 'string' || !NAME.test(value))
        throw new BadOptionError(option, '1 to 64 letters, digits, "_", "-" or "."', value)
    }
    this.#prefix = prefix
    this.#namespace = namespace
  }

  get log(): string {
    return this.#tagged('log')
  }

  queue(name: string): string {
    return this.#tagged(`q:${escaped(name)}`)
  }

  questions(topic: string): string {
    return this.#tagged(`ask:${escaped(topic)}`)
  }

  answers(bus: string): string {
    return `${this.#tagged('answers')}:${bus}`
  }

  /** Channel of what belongs to a key. */
  channel(key: string): string {
    return `${key}:wake`
  }

  /** Beginning of the channels at which buses listen while they live. */
  get alive(): string {
    return `${this.#tagged('alive')}:`
  }

  #tagged(what: string): string {
    return `${this.#prefix}:{${this.#namespace}:${what}}`
  }
}

/**
 * Braces would end the hash tag, and make one queue's keys look like another's; a comma ends a channel's name in
 * Upstash's streams.
 */
const escaped = (name: string): string => name.replace(/[%{},]/g, (char) => encodeURIComponent(char))
