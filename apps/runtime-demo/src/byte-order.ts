/** Byte order of the UTF-8 form, which is the order of code points and the order of the walk. */
export function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}
