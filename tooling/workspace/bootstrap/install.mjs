import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BootstrapFailure } from './failure.mjs'
import { withLock } from './lock.mjs'
import { announce } from './progress.mjs'

/** @typedef {import('./tasks.mjs').Scope} Scope */
/** @typedef {{ lockfile: string, scope: Scope, platform: string }} Mark What `node_modules` holds. */

const platform = `${process.platform}-${process.arch}`

/** Options that keep pnpm from asking a question which nobody would see. */
const quiet = [
  '--frozen-lockfile',
  '--prefer-offline',
  '--reporter=append-only',
  '--config.confirmModulesPurge=false',
]

/** @type {Readonly<Record<Scope, { what: string, options: readonly string[] }>>} */
const scopes = {
  demo: { what: 'what the demo needs', options: ['--prod', '--filter-prod', '@pawl/runtime-demo...'] },
  all: { what: 'the workspace', options: [] },
}

/**
 * Makes `node_modules` fit the lockfile, unless it already does. Processes that call this at the same time wait for
 * the one that came first and then find the work done.
 *
 * @param {string} root
 * @param {Scope} scope
 */
export async function ensureInstalled(root, scope) {
  if (isSatisfied(root, scope)) return
  const lock = join(stateFolder(root), 'install.lock')
  await withLock(
    lock,
    () => install(root, scope),
    ({ pid }) => {
      process.stderr.write(
        `Another process (${pid}) is installing; waiting for it. If there is none, delete ${lock}\n`,
      )
    },
  )
}

/**
 * @param {string} root
 * @param {Scope} scope
 * @returns {string} The workspace's own Node, whichever Node started this.
 */
export function workspaceNode(root, scope) {
  const home = scope === 'demo' ? join(root, 'apps/runtime-demo') : root
  return join(home, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/**
 * @param {string} root
 * @param {Scope} scope
 */
function isSatisfied(root, scope) {
  const mark = readMark(root)
  return (
    mark?.lockfile === fingerprint(root) &&
    mark.platform === platform &&
    (mark.scope === 'all' || mark.scope === scope) &&
    existsSync(workspaceNode(root, scope))
  )
}

/**
 * @param {string} root
 * @param {Scope} scope
 */
async function install(root, scope) {
  if (isSatisfied(root, scope)) return
  const wider = widest(root, scope)
  // An install that is cut short must not look finished, and what it was meant to hold must not be forgotten.
  writeMark(root, { lockfile: 'unfinished', scope: wider, platform })
  const done = announce(`Installing ${scopes[wider].what} (once)`)
  const { code, output } = await pnpm(root, ['install', ...quiet, ...scopes[wider].options])
  if (code !== 0) {
    done('failed')
    throw new BootstrapFailure(installFailed(root, output))
  }
  writeMark(root, { lockfile: fingerprint(root), scope: wider, platform })
  done('done')
}

/**
 * A tree that once held everything keeps everything: pruning it down to the demo would cost the next task its tools.
 *
 * @param {string} root
 * @param {Scope} scope
 * @returns {Scope}
 */
function widest(root, scope) {
  const mark = readMark(root)
  const held = mark ? mark.scope : existsSync(join(root, 'node_modules/.modules.yaml')) ? 'all' : scope
  return held === 'all' ? 'all' : scope
}

/**
 * Runs the pinned pnpm with its output kept back: a fresh machine's npm has a lot to say that is no news.
 *
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function pnpm(root, args) {
  const [command, ...prefix] = npx()
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...prefix, pinnedPnpm(root), ...args], {
      cwd: root,
      env: withoutCaller(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npx',
    })
    let output = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => reject(new BootstrapFailure(npmMissing(error))))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/**
 * The npm that runs this script, or else `npx` from the PATH.
 *
 * @returns {[string, ...string[]]}
 */
function npx() {
  const npm = process.env.npm_execpath ?? ''
  return /npm-cli\.[cm]?js$/.test(npm) ? [process.execPath, npm, 'exec', '--yes', '--'] : ['npx', '--yes']
}

/** @param {string} root */
function pinnedPnpm(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
}

/**
 * What npm tells a script about itself would be taken by the npm and pnpm below for settings of their own.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutCaller(environment) {
  const callers = /^npm_(package_|lifecycle_|command$|execpath$|node_execpath$|config_local_prefix$)/i
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !callers.test(name)))
}

/** @param {string} root */
function stateFolder(root) {
  const folder = join(root, 'node_modules/.pawl')
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * @param {string} root
 * @returns {Mark | undefined}
 */
function readMark(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'node_modules/.pawl/install.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {string} root
 * @param {Mark} mark
 */
function writeMark(root, mark) {
  writeFileSync(join(stateFolder(root), 'install.json'), `${JSON.stringify(mark)}\n`)
}

/** @param {string} root */
function fingerprint(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
}

/** @param {Error} error */
function npmMissing(error) {
  return (
    `npm could not be started (${error.message}).\n` +
    'Install Node 20 or newer together with npm (https://nodejs.org brings both) and run the same command again.'
  )
}

/**
 * @param {string} root
 * @param {string} output
 */
function installFailed(root, output) {
  const outdated = output.includes('ERR_PNPM_OUTDATED_LOCKFILE')
  const advice = outdated
    ? `A package.json was changed without its lockfile: run "npx ${pinnedPnpm(root)} install" and commit pnpm-lock.yaml.`
    : 'Check that the npm registry can be reached and that the disk is not full, then run the same command again.\n' +
      'If it fails in the same way, delete the node_modules folder first.'
  return `${output.trimEnd()}\n\nThe install failed; its output is above.\n${advice}`
}
