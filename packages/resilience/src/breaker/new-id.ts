import type { Ports } from '../ports.ts'

let made = 0

/** Differs from every other of this process by its count, and from those of other processes by time and chance. */
export function newId(ports: Ports): string {
  made++
  return `${ports.now().toString(36)}-${Math.floor(ports.random() * 2 ** 52).toString(36)}-${made.toString(36)}`
}
