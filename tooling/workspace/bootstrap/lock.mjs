// A lock between processes, made of nothing but a directory: renaming a directory onto one that is not empty
// fails on every file system, and no Node that starts this workspace has anything better built in.

import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** @typedef {{ pid: number, token: string }} Owner */

const pollMs = 200
const buryAfterMs = 60_000

/**
 * Runs `work` while no other process runs work under the same path. The lock of a process that died is taken over.
 *
 * @template T
 * @param {string} path The directory that stands for the lock; it exists while the lock is held.
 * @param {() => Promise<T>} work
 * @param {(owner: Owner) => void} [onWait] Called once, when another process holds the lock.
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait = () => {}) {
  const token = await acquire(path, onWait)
  try {
    return await work()
  } finally {
    if (ownerOf(path)?.token === token) rmSync(path, { recursive: true, force: true })
  }
}

/**
 * @param {string} path
 * @param {(owner: Owner) => void} onWait
 */
async function acquire(path, onWait) {
  const token = randomUUID()
  const mine = `${path}.new-${token}`
  mkdirSync(mine, { recursive: true })
  writeFileSync(join(mine, 'owner.json'), JSON.stringify({ pid: process.pid, token }))
  let told = false
  while (!moved(mine, path)) {
    const owner = ownerOf(path)
    if (owner && !isAlive(owner.pid)) {
      bury(path, owner)
    } else {
      if (owner && !told) onWait(owner)
      told ||= owner !== undefined
      await wait(pollMs)
    }
  }
  return token
}

/**
 * @param {string} from
 * @param {string} to
 */
function moved(from, to) {
  // Windows refuses every rename onto an existing directory, POSIX only onto one that is not empty.
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (existsSync(from) && ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(codeOf(error))) return false
    throw error
  }
}

/**
 * Moves a dead owner's lock aside, under a name made of the dead owner's token. Of two processes that try this,
 * the second finds the name taken and cannot bury the first one's fresh lock by mistake; so a grave stays for a while.
 *
 * @param {string} path
 * @param {Owner} owner
 */
function bury(path, owner) {
  const folder = dirname(path)
  const graves = `${basename(path)}.dead-`
  try {
    renameSync(path, join(folder, graves + owner.token))
  } catch {
    return
  }
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(graves))) {
    const grave = join(folder, name)
    const age = Date.now() - (statSync(grave, { throwIfNoEntry: false })?.ctimeMs ?? Date.now())
    if (age > buryAfterMs) rmSync(grave, { recursive: true, force: true })
  }
}

/**
 * @param {string} path
 * @returns {Owner | undefined} Nothing when the lock was released in the meantime.
 */
function ownerOf(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
