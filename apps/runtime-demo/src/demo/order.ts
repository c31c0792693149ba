import type { Runtime, WorkflowHandle } from '@pawl/runtime'
import { resolveRoot } from '../tree/root.ts'
import { contentStrategy } from '../workflows/content-strategy.ts'
import { featureDevelopment } from '../workflows/feature-development.ts'
import { securityAudit } from '../workflows/security-audit.ts'

/** One workflow that was asked for, with what it is to work on. Folders are absolute. */
export type Order =
  | { readonly workflow: 'security-audit'; readonly path: string }
  | { readonly workflow: 'content-strategy'; readonly topic: string; readonly sources: string }
  | { readonly workflow: 'feature-development'; readonly request: string; readonly repo: string }

/** The name of a workflow of this app. */
export type WorkflowName = Order['workflow']

/** Every workflow of this app by its name. */
export const workflows = {
  'security-audit': securityAudit,
  'content-strategy': contentStrategy,
  'feature-development': featureDevelopment,
} as const satisfies Record<WorkflowName, unknown>

/** What a run of any of the workflows returns, among other things. */
export interface Product {
  readonly reports: readonly { readonly path: string }[]
}

const folderOf = (order: Order): string => {
  switch (order.workflow) {
    case 'security-audit':
      return order.path
    case 'content-strategy':
      return order.sources
    case 'feature-development':
      return order.repo
  }
}

/** What an order is about, for people. */
export function describeOrder(order: Order): string {
  switch (order.workflow) {
    case 'security-audit':
      return `of ${order.path}`
    case 'content-strategy':
      return `about “${order.topic}” from ${order.sources}`
    case 'feature-development':
      return `“${order.request}” in ${order.repo}`
  }
}

/** Finds out before anything is started whether the folders can be read. Throws what `resolveRoot` throws. */
export async function checkOrders(orders: readonly Order[]): Promise<void> {
  for (const order of orders) await resolveRoot(folderOf(order))
}

/** Opens the order's run; nobody works on it yet. */
export function startOrder(
  runtime: Runtime,
  order: Order,
  { reports, at }: { readonly reports: string; readonly at: string },
): Promise<WorkflowHandle<Product>> {
  switch (order.workflow) {
    case 'security-audit':
      return runtime.startWorkflow(securityAudit, { path: order.path, reports, at })
    case 'content-strategy':
      return runtime.startWorkflow(contentStrategy, { topic: order.topic, sources: order.sources, reports })
    case 'feature-development':
      return runtime.startWorkflow(featureDevelopment, { request: order.request, repo: order.repo, reports })
  }
}
