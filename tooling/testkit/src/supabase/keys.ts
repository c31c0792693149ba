import { createHmac, randomBytes } from 'node:crypto'

export type SupabaseRole = 'anon' | 'authenticated' | 'service_role'

/** The keys of one project, as its dashboard shows them. */
export interface SupabaseKeys {
  /** Signs the project's JWTs (HS256). */
  readonly jwtSecret: string
  /** Legacy keys: JWTs. */
  readonly anonKey: string
  readonly serviceRoleKey: string
  /** Keys of the newer kind: opaque, and turned into a JWT by the gateway. */
  readonly publishableKey: string
  readonly secretKey: string
}

/** As long as Supabase's own keys hold. */
const TEN_YEARS_S = 10 * 365 * 24 * 60 * 60

export function newKeys(): SupabaseKeys {
  const jwtSecret = randomBytes(32).toString('base64url')
  return {
    jwtSecret,
    anonKey: signJwt(jwtSecret, 'anon'),
    serviceRoleKey: signJwt(jwtSecret, 'service_role'),
    publishableKey: `sb_publishable_${randomBytes(16).toString('base64url')}`,
    secretKey: `sb_secret_${randomBytes(16).toString('base64url')}`,
  }
}

/** A JWT of a role (RFC 7519, HS256). Claims win over the defaults; `undefined` takes one away. */
export function signJwt(
  secret: string,
  role: SupabaseRole,
  claims: Readonly<Record<string, unknown>> = {},
): string {
  const now = Math.floor(Date.now() / 1_000)
  const payload = { iss: 'supabase', ref: 'testkit', role, iat: now, exp: now + TEN_YEARS_S, ...claims }
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(payload)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
