import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArguments, USAGE } from './demo/arguments.ts'
import { rehearse } from './demo/rehearse.ts'
import { Screen } from './demo/screen.ts'

// The folder that the user stood in: npm changes the working directory and says where it was.
const standing = process.env.INIT_CWD ?? process.cwd()
const repository = resolve(fileURLToPath(new URL('../../..', import.meta.url)))

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const wanted = readArguments(process.argv.slice(2), standing, repository)
    if (wanted === 'help') {
      process.stdout.write(`${USAGE}\n`)
      return 0
    }
    const summary = await rehearse(wanted, new Screen(process.stdout))
    if (wanted.json) process.stdout.write(`${JSON.stringify({ workflows: [summary] })}\n`)
    return summary.status === 'completed' ? 0 : 1
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    process.stderr.write(`${code === undefined ? '' : `${code}: `}${message}\n`)
    return code === 'DEMO_USAGE' ? 2 : 1
  }
}
