/** What every engine does: workflows of ten steps of 300 bytes each, every run awaited to its result. */
export const STEPS = 10
export const OUTPUT = 'x'.repeat(300)

/** An engine that is open and warm. */
export interface Engine extends AsyncDisposable {
  readonly name: string
  /** Durable steps a second with `atOnce` runs at a time, over about `ms` milliseconds. */
  stepsPerSecond(atOnce: number, ms: number): Promise<number>
}

/** An engine whose runs are started and awaited one by one, in as many lanes as run at once. */
export const awaited = (
  name: string,
  run: (n: number) => Promise<unknown>,
  close: () => Promise<void>,
): Engine => ({
  name,
  stepsPerSecond: (atOnce, ms) => rate(run, atOnce, ms),
  [Symbol.asyncDispose]: close,
})

async function rate(run: (n: number) => Promise<unknown>, atOnce: number, ms: number): Promise<number> {
  let finished = 0
  const began = performance.now()
  const lane = async () => {
    while (performance.now() < began + ms) {
      await run(finished)
      finished += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return (finished * STEPS * 1_000) / (performance.now() - began)
}
