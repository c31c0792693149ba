import { parseHttpDate } from './http-date.ts'

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, section 10.2.3): seconds, or an HTTP date that is
 * compared with `now`. A date that has passed is 0; what is neither is `undefined`.
 * @param now epoch milliseconds
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim()
  // The RFC allows whole seconds only; fractions are sent all the same.
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const date = parseHttpDate(text, now)
  return date === undefined ? undefined : Math.max(date - now, 0)
}

/**
 * Milliseconds that an error asks to wait: its own `retryAfterMs`, else the headers `retry-after-ms` or `Retry-After`
 * of its `headers` or of its `response.headers`, as the errors of HTTP clients and of model SDKs carry them. A
 * `Response` that was thrown counts as an error. 0 when it asks for nothing that can be understood.
 * @param now epoch milliseconds
 */
export function requestedDelay(error: unknown, now: number): number {
  try {
    const { retryAfterMs, headers, response } = fieldsOf(error)
    return (
      milliseconds(retryAfterMs) ??
      headerDelay(headers, now) ??
      headerDelay(fieldsOf(response).headers, now) ??
      0
    )
  } catch {
    // A getter of somebody else's error: what it throws must not take the place of the error itself.
    return 0
  }
}

function headerDelay(headers: unknown, now: number): number | undefined {
  const ms = milliseconds(Number(header(headers, 'retry-after-ms') ?? Number.NaN))
  if (ms !== undefined) return ms
  const value = header(headers, 'retry-after')
  return value === undefined ? undefined : parseRetryAfter(value, now)
}

/** A header of a `Headers`, or of a plain object as Node's `http` and axios have it. */
function header(headers: unknown, name: string): string | undefined {
  const { get } = fieldsOf(headers)
  if (typeof get === 'function') return text(get.call(headers, name))
  const key = Object.keys(fieldsOf(headers)).find((one) => one.toLowerCase() === name)
  return key === undefined ? undefined : text(fieldsOf(headers)[key])
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

const milliseconds = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined

const fieldsOf = (value: unknown): { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {}
