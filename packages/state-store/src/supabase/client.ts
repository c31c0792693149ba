import { createClient } from '@supabase/supabase-js'
import { invalidArgument } from '../contract/errors.ts'

/** What the store needs of a client: the one of `@supabase/supabase-js` has it, whatever its types of the database. */
export interface SupabaseClient {
  rpc(...args: never[]): unknown
}

/** What the client resolves to; it does not reject. */
export interface RpcAnswer {
  readonly data: unknown
  readonly error: RpcError | null
  /** Of HTTP; 0 if there was no answer. */
  readonly status: number
}

export interface RpcError {
  readonly message: string
  /** A SQLSTATE, a code of PostgREST, or nothing. */
  readonly code?: string | null
  readonly details?: string | null
}

/** Asks for a function of the schema `public`. */
export type Rpc = (name: string, body: object, signal: AbortSignal | undefined) => Promise<RpcAnswer>

/** Where a project is, and with which key; or a client that has both. */
export interface ProjectOptions {
  /** The project's URL, as in `https://<project>.supabase.co`. */
  readonly url?: string
  /** The project's secret key (`sb_secret_…`), or its `service_role` key. Never the publishable one, nor `anon`. */
  readonly key?: string
  /** A client of `@supabase/supabase-js` that the program has already, made with such a key and signed in as nobody. */
  readonly client?: SupabaseClient
}

/** A way to a project's functions, and where it leads, for people. */
export interface Project {
  readonly location: string
  readonly rpc: Rpc
}

export function openProject(options: ProjectOptions): Project {
  const { url, key, client } = options
  if (client !== undefined) {
    if (url !== undefined || key !== undefined)
      throw invalidArgument('Give the Supabase store either a client or url and key, not both.')
    return { location: locationOf(client), rpc: rpcOf(client) }
  }
  const address = checkUrl(url)
  if (typeof key !== 'string' || key === '')
    throw invalidArgument("The Supabase store needs the project's secret key as 'key', or a client.")
  const made = createClient(address.href, key, {
    // There is no user and no session: nothing to keep, to renew or to listen for. No channel is ever opened.
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { schema: 'public' },
  })
  return { location: address.origin, rpc: rpcOf(made) }
}

function checkUrl(url: unknown): URL {
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || !/^https?:$/.test(address.protocol))
    throw invalidArgument(
      "The Supabase store needs the project's URL as 'url': https://<project>.supabase.co.",
    )
  if (address.username !== '' || address.password !== '')
    throw invalidArgument("The project's URL must not hold a user or a password; the key goes into 'key'.")
  return address
}

interface Request extends PromiseLike<RpcAnswer> {
  abortSignal(signal: AbortSignal): PromiseLike<RpcAnswer>
}

function rpcOf(client: SupabaseClient): Rpc {
  const { rpc } = client as { rpc?: unknown }
  if (typeof rpc !== 'function')
    throw invalidArgument("The Supabase store's client must be one of @supabase/supabase-js.")
  return async (name, body, signal) => {
    const request = rpc.call(client, name, body) as Request
    return signal === undefined ? request : request.abortSignal(signal)
  }
}

function locationOf(client: SupabaseClient): string {
  const { supabaseUrl } = client as { supabaseUrl?: unknown }
  return URL.canParse(String(supabaseUrl)) ? new URL(String(supabaseUrl)).origin : 'supabase'
}
