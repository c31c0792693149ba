/** Gives an answer in place of the error that a call ends with. What it throws becomes the call's error. */
export type Fallback<F> = (error: unknown) => F | PromiseLike<F>

/** The outermost policy. The caller's own abort is not an error to answer for, so it passes by the fallback. */
export async function withFallback<T, F>(
  call: Promise<T>,
  fallback: Fallback<F>,
  signal: AbortSignal | undefined,
): Promise<T | F> {
  try {
    return await call
  } catch (error) {
    if (signal?.aborted) throw error
    return fallback(error)
  }
}
