import type { Verdict } from '../broker/broker.ts'

const LETTERS = { A: 'accepted', D: 'duplicate', F: 'full' } as const

/** What the scripts say of each message, a letter each. */
export const verdicts = (letters: unknown): Verdict[] =>
  [...String(letters)].map((letter) => LETTERS[letter as keyof typeof LETTERS])
