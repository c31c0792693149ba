import { expect, it } from 'vitest'
import { workflows } from '../demo/order.ts'
import { allAgents } from './all-agents.ts'

it('has eight agents, and each has something to do', () => {
  const busy = Object.values(workflows).flatMap(({ form }) =>
    form.kind === 'graph'
      ? form.steps.map(({ agent }) => (typeof agent === 'object' ? agent.id : agent))
      : [],
  )
  expect(allAgents).toHaveLength(8)
  expect([...new Set(busy)].sort()).toEqual(allAgents.map(({ id }) => id).sort())
})
