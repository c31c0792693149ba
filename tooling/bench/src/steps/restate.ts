import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { importPeer, peerCommand } from '../peers.ts'
import { awaited, type Engine, OUTPUT, STEPS } from './engine.ts'

interface RestateContext {
  run<T>(name: string, step: () => Promise<T> | T): Promise<T>
}

/** What we use of Restate's SDK. */
interface RestateModule {
  service(definition: {
    name: string
    handlers: { run(ctx: RestateContext, n: number): Promise<number> }
  }): unknown
  endpoint(): Endpoint
}

interface Endpoint {
  bind(service: unknown): Endpoint
  setLogger(logger: () => void): Endpoint
  http2Handler(): (request: unknown, response: unknown) => void
}

interface RestateClients {
  connect(options: { url: string }): {
    serviceClient(definition: { name: string }): { run(n: number): Promise<number> }
  }
}

const STARTS_WITHIN_MS = 60_000

/** Restate on a server of its own, which keeps its journal itself; telemetry off. */
export async function openRestate(folder: string): Promise<Engine> {
  const restate = await importPeer<RestateModule>('@restatedev/restate-sdk')
  const clients = await importPeer<RestateClients>('@restatedev/restate-sdk-clients')
  const tenSteps = restate.service({
    name: 'TenSteps',
    handlers: {
      run: async (ctx, n) => {
        for (let step = 0; step < STEPS; step++) await ctx.run(`step ${step}`, () => OUTPUT)
        return n
      },
    },
  })
  // It logs every step otherwise.
  const handler = restate
    .endpoint()
    .bind(tenSteps)
    .setLogger(() => {})
    .http2Handler()
  const endpoint = createServer(handler)
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
  const { port } = endpoint.address() as AddressInfo
  const [ingress, admin, fabric] = [await freePort(), await freePort(), await freePort()]
  const server = startServer(folder, { ingress, admin, fabric })
  await register(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${port}`, server)
  const client = clients.connect({ url: `http://127.0.0.1:${ingress}` }).serviceClient({ name: 'TenSteps' })
  return awaited(
    'restate',
    (n) => client.run(n),
    async () => {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await Promise.race([gone, sleep(5_000)])
      server.kill('SIGKILL')
      endpoint.close()
    },
  )
}

function startServer(
  folder: string,
  ports: { readonly ingress: number; readonly admin: number; readonly fabric: number },
): ChildProcess {
  const settings = {
    RESTATE_BASE_DIR: folder,
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_IP: '127.0.0.1',
    RESTATE_BIND_PORT: String(ports.fabric),
    RESTATE_INGRESS__BIND_PORT: String(ports.ingress),
    RESTATE_ADMIN__BIND_PORT: String(ports.admin),
    RESTATE_LOG_FILTER: 'error',
  }
  const server = spawn(peerCommand('restate-server'), ['--no-logo'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.once('exit', () => server.kill('SIGKILL'))
  return server
}

/** Tells the server where the handlers are, once it listens. */
async function register(admin: string, uri: string, server: ChildProcess): Promise<void> {
  const until = performance.now() + STARTS_WITHIN_MS
  let refused: unknown
  while (performance.now() < until && server.exitCode === null) {
    try {
      const answer = await fetch(`${admin}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri }),
      })
      if (answer.ok) return
      refused = await answer.text()
    } catch (error) {
      refused = error
    }
    await sleep(200)
  }
  throw new Error('The Restate server did not start, or did not take the deployment.', { cause: refused })
}

async function freePort(): Promise<number> {
  const probe = createTcpServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
