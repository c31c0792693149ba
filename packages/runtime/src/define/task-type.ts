/** Types of runs that are tasks begin so; the name of a workflow cannot. */
export const TASK_PREFIX = 'task:'

export const taskType = (agentId: string): string => `${TASK_PREFIX}${agentId}`

/** Whose task a run is; `undefined` if it is a workflow's. */
export const agentOf = (type: string): string | undefined =>
  type.startsWith(TASK_PREFIX) ? type.slice(TASK_PREFIX.length) : undefined

/** What a run is, in a message. */
export function named(type: string): string {
  const agentId = agentOf(type)
  return agentId === undefined ? `workflow '${type}'` : `a task of agent '${agentId}'`
}
