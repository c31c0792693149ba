import { conformsOnSupabase } from '../../test/supabase-conformance.ts'

await conformsOnSupabase()
