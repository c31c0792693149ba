import type { Agents } from '../../contract/agents.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'

/** Takes a restart of an agent's process for leave to give it work again. */
export const enablesOnRegistration: BrokenStore = {
  name: 'enables an agent when it is registered again',
  wrap: (harness) =>
    wrapping(harness, ({ agents }) => ({
      agents: {
        read: (name) => agents.read(name),
        list: (filter) => agents.list(filter),
        remove: (name) => agents.remove(name),
        setEnabled: (change) => agents.setEnabled(change),
        async register(registration): ReturnType<Agents['register']> {
          const agent = await agents.register(registration)
          return (await agents.setEnabled({ name: agent.name, enabled: true })) ?? agent
        },
      },
    })),
}
