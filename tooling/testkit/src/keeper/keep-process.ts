import process from 'node:process'
import { startKeeper } from './start-keeper.ts'

export interface KeptCommand {
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment of the process, besides `PATH`. */
  readonly env?: Readonly<Record<string, string>>
  /** Removed when the process that wanted the command is gone, or stops it; not when the command ends by itself. */
  readonly folder?: string
}

export interface KeptPid {
  readonly pid: number
}

/** A running command that ends when this process ends, even by SIGKILL. */
export interface KeptProcess {
  readonly pid: number
  /** Resolves when it is gone, with the last it wrote to its output. */
  readonly ended: Promise<string>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM, and SIGKILL if that takes too long; resolves when it is gone. */
  stop(): Promise<void>
}

/** Starts a command. Rejects if there is no such program; what comes of it shows in `ended`. */
export async function keepProcess(command: KeptCommand): Promise<KeptProcess> {
  const keeper = await startKeeper<KeptPid>(new URL('./process-keeper.ts', import.meta.url), command)
  const { pid } = keeper.answer
  return {
    pid,
    ended: keeper.ended,
    kill: async () => {
      sendKill(pid)
      await keeper.gone()
    },
    stop: keeper.stop,
  }
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause
  }
}
