import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { SinkBrokenError } from '../errors.ts'
import type { BusEvent } from '../event.ts'
import { segmentsOf } from './segments.ts'

/**
 * Reads what a file sink wrote, oldest first, through all files that were put aside. A last line that is
 * cut short is passed over: it was not acknowledged.
 * @throws SinkBrokenError at a line that is not an event; what the file system says
 */
export async function* readEvents(path: string): AsyncGenerator<BusEvent, void, undefined> {
  for (const file of await segmentsOf(resolve(path))) yield* readFile(file)
}

async function* readFile(file: string): AsyncGenerator<BusEvent, void, undefined> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  let number = 0
  let before: string | undefined
  for await (const line of lines) {
    // One line behind, to know which is the last.
    if (before !== undefined) yield eventOf(before, file, number)
    before = line
    number++
  }
  const last = before === undefined ? undefined : wholeEventOf(before)
  if (last) yield last
}

function wholeEventOf(line: string): BusEvent | undefined {
  try {
    return JSON.parse(line) as BusEvent
  } catch {
    return undefined
  }
}

function eventOf(line: string, file: string, number: number): BusEvent {
  const event = wholeEventOf(line)
  if (event === undefined) throw new SinkBrokenError(file, number)
  return event
}
