/** Where a locked package comes from. */
export type PackageSource =
  | { readonly kind: 'registry' }
  | { readonly kind: 'git'; readonly from: string }
  | { readonly kind: 'url'; readonly from: string }
  /** `path` is relative to the lockfile's directory. */
  | { readonly kind: 'path'; readonly path: string }

/** One package of a lockfile, in the same form for all formats. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** What it is in the lockfile; unique there. */
  readonly key: string
  readonly line: number | undefined
  readonly source: PackageSource
  /** The URL that it is downloaded from, where the lockfile says so. */
  readonly url: string | undefined
  /** The checksum; `not-needed` for what is not downloaded by itself (links, bundled, git). */
  readonly integrity: string | 'not-needed' | undefined
  /** Unknown where the format does not say it. */
  readonly installScript: boolean | undefined
  readonly licence: string | undefined
  /** Where it may be installed, relative to the lockfile's directory, most likely first. */
  readonly installedAt: readonly string[]
}

/** What a reader makes of a lockfile's text. */
export type LockfileRead =
  | { readonly ok: true; readonly packages: readonly LockedPackage[] }
  | {
      readonly ok: false
      readonly reason: 'broken' | 'unsupported'
      readonly detail: string
      /** 1-based, where the parser tells it. */
      readonly line?: number
    }

/** `name@rest` cut at the `@` that is not a scope's. */
export function splitDescriptor(descriptor: string): { name: string; rest: string } {
  const at = descriptor.indexOf('@', 1)
  return at < 0
    ? { name: descriptor, rest: '' }
    : { name: descriptor.slice(0, at), rest: descriptor.slice(at + 1) }
}

const GIT =
  /^(git(\+[a-z]+)?:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)|^https?:.*\.git(#|$)|^https:\/\/codeload\.github\.com\//i
const LOCAL = /^(file|link|portal):/i

/**
 * A registry serves package `p` as `…/p/-/<file>.tgz`, also behind a mirror; GitHub Packages as `…/download/p/…`.
 * Anything else over HTTP is a download that no registry vouches for.
 */
function isRegistryTarball(url: string, name: string): boolean {
  const path = url.replace(/[?#].*$/, '').replace(/%2f/gi, '/')
  return path.includes(`/${name}/-/`) || path.includes(`/download/${name}/`)
}

/** Sorts a `resolved` text into the kinds of source; nothing at all means the registry. */
export function sourceOf(resolved: string | undefined, name: string): PackageSource {
  if (resolved === undefined || resolved === '') return { kind: 'registry' }
  if (LOCAL.test(resolved))
    return { kind: 'path', path: resolved.replace(LOCAL, '').replace(/^\/\/(?=\/)/, '') }
  if (GIT.test(resolved)) return { kind: 'git', from: resolved }
  if (/^https?:/i.test(resolved)) {
    return isRegistryTarball(resolved, name) ? { kind: 'registry' } : { kind: 'url', from: resolved }
  }
  return { kind: 'registry' }
}

/** A value from an unchecked document, if it is a string. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An object's own entries whose values are objects; nothing for other values. */
export function objectEntries(value: unknown): [string, Record<string, unknown>][] {
  if (!isObject(value)) return []
  return Object.entries(value).filter((entry): entry is [string, Record<string, unknown>] =>
    isObject(entry[1]),
  )
}

/** Whether a value from an unchecked document is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
