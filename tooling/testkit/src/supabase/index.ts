export type { Restartable } from '../keeper/restartable.ts'
export type { SupabaseKeys, SupabaseRole } from './keys.ts'
export type {
  SupabaseAddress,
  SupabaseOptions,
  SupabaseProject,
  SupabaseServer,
} from './start-supabase.ts'
export { startSupabase, supabaseProject } from './start-supabase.ts'
