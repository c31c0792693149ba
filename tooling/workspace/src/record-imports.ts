// Preloaded into a process of its own: writes down all that the process imports or requires.

import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const urls = new Set<string>()

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    urls.add(resolved.url)
    return resolved
  },
})

process.once('exit', () => {
  const file = process.env.PAWL_RECORD_IMPORTS
  if (file) writeFileSync(file, JSON.stringify([...urls]))
})
