/** A function and what stands in front of it, ready to be called. */
export type Subject = () => Promise<unknown>

/** How many calls, and how many of them at once. */
export interface Load {
  readonly calls: number
  readonly atOnce: number
}

/**
 * Microseconds of processor time that one call takes in this thread. Not of the clock on the wall: the calls wait for
 * nothing, so on a machine with nothing else to do both are the same, and on others only this one is about the call.
 */
export async function callCost(subject: Subject, { calls, atOnce }: Load): Promise<number> {
  const began = process.threadCpuUsage()
  if (atOnce === 1) for (let call = 0; call < calls; call++) await subject()
  else
    for (let call = 0; call < calls; call += atOnce)
      await Promise.all(Array.from({ length: atOnce }, subject))
  const { user, system } = process.threadCpuUsage(began)
  return (user + system) / calls
}
