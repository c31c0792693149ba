import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { encodePayload } from '@pawl/state-store'

/** What a step declared, as it is kept with its entry. */
export interface Declared {
  readonly hash: string
  /** The declared value, shortened, so that a mismatch can show both sides. */
  readonly text: string
}

const MAX_TEXT = 120

/** Hashes a step's declared input: the first 16 bytes of SHA-256 over its JSON. */
export function declare(input: unknown, step: string): Declared {
  const json = encodePayload(input, `The input of step '${step}'`, 2_000)
  const hash = bytesToHex(sha256(utf8ToBytes(json)).subarray(0, 16))
  return { hash, text: json.length > MAX_TEXT ? `${json.slice(0, MAX_TEXT).toWellFormed()}…` : json }
}
