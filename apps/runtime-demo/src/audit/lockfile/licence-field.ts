import { isObject, text } from './locked-package.ts'

/** One licence, as a string or in npm's old form `{ type, url }`. */
function one(value: unknown): string | undefined {
  return text(value) ?? (isObject(value) ? text(value.type) : undefined)
}

/**
 * The licence that a manifest or a lock entry declares, as an SPDX expression if it is one. npm's old list
 * `licenses: [{ type }]` means a choice. Nothing when none is declared.
 */
export function readLicence(manifest: Record<string, unknown>): string | undefined {
  const licence = one(manifest.license)
  if (licence !== undefined) return licence
  const old = manifest.licenses ?? manifest.license
  if (!Array.isArray(old)) return undefined
  const choices = old.map(one).filter((choice) => choice !== undefined)
  if (choices.length === 0) return undefined
  return choices.length === 1 ? choices[0] : `(${choices.join(' OR ')})`
}
