/** What a value becomes on its way through the journal: dates are strings, methods and `undefined` are gone. */
export type Jsonify<T> = unknown extends T
  ? unknown
  : T extends string | number | boolean | null
    ? T
    : // biome-ignore lint/suspicious/noConfusingVoidType: what a function without a return is typed as.
      T extends undefined | void
      ? null
      : T extends { toJSON(...args: never[]): infer J }
        ? Jsonify<J>
        : T extends (...args: never[]) => unknown
          ? never
          : T extends readonly unknown[]
            ? { [I in keyof T]: Jsonify<T[I]> }
            : T extends object
              ? {
                  [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: JsonifyField<T[K]>
                }
              : never

/** An optional field stays optional: JSON leaves `undefined` out of objects. */
type JsonifyField<T> = undefined extends T ? Jsonify<Exclude<T, undefined>> | undefined : Jsonify<T>
