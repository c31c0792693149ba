import { registerHooks } from 'node:module'
import process from 'node:process'

// A program beside which neither driver is installed: the command's words follow, or nothing for the store.

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'pg' && specifier !== '@supabase/supabase-js') return next(specifier, context)
    throw Object.assign(new Error(`Cannot find package '${specifier}' imported from ${context.parentURL}`), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
  },
})

const words = process.argv.slice(2)
if (words.length > 0) {
  const { run } = await import('../../src/command/run.ts')
  const print = (text: string) => void process.stdout.write(text)
  process.exitCode = await run(words, { environment: process.env, print, complain: print })
} else {
  const { openStateStore } = await import('../../src/index.ts')
  await openStateStore().catch(({ code, message }) => console.log(code, message))
}
