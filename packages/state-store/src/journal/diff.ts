import { createPatch } from 'rfc6902'
import type { Patch } from '../contract/store.ts'
import type { RunState } from './fold.ts'

/** The RFC 6902 patch that turns `from` into `to`; empty if they are equal. */
export const diffStates = (from: RunState, to: RunState): Patch => createPatch(from, to)
