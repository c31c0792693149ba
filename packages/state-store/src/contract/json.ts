/** A value that survives JSON. Payloads in the journal are of this type once decoded. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
