import { rm } from 'node:fs/promises'
import { type KeptCommand, type KeptProcess, keepProcess } from './keep-process.ts'

/** One server that a test may kill and start again, at the same address each time. */
export interface Restartable {
  /** Throws while it is down. */
  pid(): number
  /** SIGKILL; resolves when the process is gone. Does nothing while it is down. */
  kill(): Promise<void>
  /** Starts it and resolves when it answers. Does nothing while it is up. */
  start(): Promise<void>
}

export interface StoppableServer extends Restartable {
  /** Ends it, if it is up, and removes its folder. */
  stop(): Promise<void>
}

export interface RestartableOptions {
  /** Goes into messages: «Redis», «PostgREST». */
  readonly name: string
  readonly command: KeptCommand
  /** Whether the server answers by now; asked every 20 ms. */
  readonly isReady: () => Promise<boolean>
  /** Default 30 s. */
  readonly readyWithinMs?: number
}

const PAUSE_MS = 20

/** Starts the server and resolves when it answers. Rejects with what it said if it ends, or stays silent. */
export async function startRestartable(options: RestartableOptions): Promise<StoppableServer> {
  let running: KeptProcess | undefined
  const start = async () => {
    if (running !== undefined) return
    const started = await keepProcess(options.command)
    running = started
    void started.ended.then(() => {
      if (running === started) running = undefined
    })
    await ready(options, started)
  }
  const stop = async () => {
    await running?.stop()
    const { folder } = options.command
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (cause) {
    await stop()
    throw cause
  }
  return {
    pid: () => {
      if (running === undefined) throw new Error(`${options.name} is down: start() it first.`)
      return running.pid
    },
    kill: async () => running?.kill(),
    start,
    stop,
  }
}

async function ready(options: RestartableOptions, started: KeptProcess): Promise<void> {
  const { name, isReady, readyWithinMs = 30_000 } = options
  const giveUpAt = Date.now() + readyWithinMs
  let end: string | undefined
  void started.ended.then((words) => {
    end = words
  })
  while (!(await isReady())) {
    if (end !== undefined) throw new Error(`${name} ended before it was ready:\n${end}`)
    if (Date.now() > giveUpAt) {
      await started.kill()
      throw new Error(`${name} did not answer within ${readyWithinMs} ms:\n${await started.ended}`)
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
