import { conformsOnSupabase } from '../../test/supabase-conformance.ts'

await conformsOnSupabase('Supabase, over PostgREST')
