/** A part of a store whose calls go through somebody's hands. */
export const through = <T extends object>(
  part: T,
  hands: (method: string, given: readonly unknown[], call: () => Promise<unknown>) => Promise<unknown>,
): T =>
  new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => hands(String(name), given, () => value.apply(target, given))
    },
  })
