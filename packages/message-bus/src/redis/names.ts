const COUNTER = 6
const MOST = 36 ** COUNTER

/**
 * Names for messages in Redis, sixteen characters each: ten that no other bus has, then a number. They are made here so
 * that a call needs no answer first; short, because each is written and hashed a dozen times.
 */
export class MessageNames {
  #prefix = ''
  #used = MOST

  next(): string {
    if (this.#used >= MOST) this.#begin()
    return this.#prefix + (this.#used++).toString(36).padStart(COUNTER, '0')
  }

  #begin(): void {
    // 46 bits: two of a million buses on one queue share a prefix once in a hundred trials.
    const random = crypto.getRandomValues(new Uint32Array(9))
    this.#prefix = `m${Array.from(random, (value) => (value % 36).toString(36)).join('')}`
    this.#used = 0
  }
}
