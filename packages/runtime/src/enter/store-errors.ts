import { RuntimeError, type RuntimeErrorCode } from '../errors.ts'

/** Store errors that a user of the runtime meets under the runtime's own codes. */
const TRANSLATED: { readonly [code: string]: RuntimeErrorCode } = {
  RUN_NOT_FOUND: 'RUN_NOT_FOUND',
  RUN_NOT_RESUMABLE: 'RUN_NOT_RESUMABLE',
}

/** Passes a result on; rejects with the runtime's error where the store's has a counterpart. */
export async function translateStoreError<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    const translated = code === undefined ? undefined : TRANSLATED[code]
    if (translated === undefined) throw error
    throw new RuntimeError(translated, message ?? '', { cause: error })
  }
}
