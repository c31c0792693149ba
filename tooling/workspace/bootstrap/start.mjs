import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BootstrapFailure } from './failure.mjs'
import { handOver, leaveLike } from './hand-over.mjs'
import { ensureInstalled, withoutCaller, workspaceNode } from './install.mjs'
import { tasks } from './tasks.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

/**
 * Installs what the named task needs, if it is not there, and then becomes that task.
 *
 * @param {readonly string[]} argv The task's name, then its own arguments.
 */
export async function start(argv) {
  try {
    leaveLike(await run(argv))
  } catch (error) {
    if (!(error instanceof BootstrapFailure)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

/** @param {readonly string[]} argv */
async function run([name = '', ...rest]) {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
  if (!task) {
    throw new BootstrapFailure(`There is no task "${name}". Tasks are: ${Object.keys(tasks).join(', ')}.`)
  }
  await ensureInstalled(root, task.scope)
  return handOver(workspaceNode(root, task.scope), [join(root, task.entry), ...(task.args ?? []), ...rest], {
    cwd: root,
    env: environment(task.scope),
  })
}

/**
 * The task finds the workspace's own tools first on its PATH, and in INIT_CWD the folder in which the user
 * stands, because the working directory itself is always the root.
 *
 * @param {import('./tasks.mjs').Scope} scope
 * @returns {NodeJS.ProcessEnv}
 */
function environment(scope) {
  // Windows writes it `Path`, and only process.env itself is blind to case there.
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const tools = [dirname(workspaceNode(root, scope)), join(root, 'node_modules/.bin')]
  return {
    ...withoutCaller(process.env),
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
    [path]: [...tools, process.env[path] ?? ''].join(delimiter),
  }
}
