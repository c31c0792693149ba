/** Random bytes are fetched in stores: a call for each id costs more than the rest of it. */
const STORE = new Uint8Array(4096)
let used = STORE.length
let lastMs = 0
let counter = 0

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The next bytes of the store. */
function random(count: number): number {
  if (used + count > STORE.length) {
    crypto.getRandomValues(STORE)
    used = 0
  }
  used += count
  return used - count
}

/**
 * A UUIDv7 (RFC 9562): milliseconds, then a counter that starts anew at random with each of them, then 62 random bits.
 * Ids of one process rise; when its clock is set back they go on from the latest time seen.
 */
export function newUuid(): string {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    const at = random(2)
    // The upper half is left free to count in.
    counter = (((STORE[at] as number) & 0x07) << 8) | (STORE[at + 1] as number)
  } else if (++counter > 0xfff) {
    lastMs++
    counter = 0
  }
  const high = Math.floor(lastMs / 0x1_0000_0000)
  const low = lastMs >>> 0
  const at = random(8)
  const hex = (index: number): string => HEX[STORE[at + index] as number] as string
  const variant = HEX[((STORE[at] as number) & 0x3f) | 0x80] as string
  return (
    `${HEX[high >>> 8]}${HEX[high & 0xff]}${HEX[low >>> 24]}${HEX[(low >>> 16) & 0xff]}-` +
    `${HEX[(low >>> 8) & 0xff]}${HEX[low & 0xff]}-${HEX[0x70 | (counter >>> 8)]}${HEX[counter & 0xff]}-` +
    `${variant}${hex(1)}-${hex(2)}${hex(3)}${hex(4)}${hex(5)}${hex(6)}${hex(7)}`
  )
}
