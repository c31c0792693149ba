/** Says it where the platform has a place for it (Node, Bun, Deno), without importing one. */
export function warn(who: string, error: unknown): void {
  const host = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } }
  const text = error instanceof Error ? error.message : String(error)
  host.process?.emitWarning?.(`${who} failed: ${text}. Pass onError to see all.`, 'EventBusWarning')
}
