import { describe, it } from 'vitest'
import { memoryBench } from '../../test/virtual-ports.ts'
import { messageBusConformance } from '../conformance/index.ts'

messageBusConformance({ describe, it }, memoryBench)
