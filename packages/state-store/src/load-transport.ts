import { StateStoreError } from './contract/errors.ts'

/** The package that each way to a database needs; a user installs the one that he uses. */
const DRIVERS = { postgres: 'pg', supabase: '@supabase/supabase-js' } as const

/**
 * Loads a part of this package that needs a driver. Rejects with `INVALID_ARGUMENT` that says what to install if the
 * driver is not there.
 */
export async function loadTransport<T>(transport: keyof typeof DRIVERS, load: () => Promise<T>): Promise<T> {
  const driver = DRIVERS[transport]
  try {
    return await load()
  } catch (cause) {
    const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown }
    if (code !== 'ERR_MODULE_NOT_FOUND' || !String(message).includes(`'${driver}'`)) throw cause
    throw new StateStoreError(
      'INVALID_ARGUMENT',
      `The package '${driver}' is not installed beside @pawl/state-store. Run: npm install ${driver}`,
      { cause },
    )
  }
}
