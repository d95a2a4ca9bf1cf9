// The bot with another size of the recogniser's messages than it has: BENCH_CHUNK_MS. It is no setting, because no
// operator has a reason to change it; the bench has.

import { linkDefaults } from '../../src/providers/deepgram/tuning.ts'

linkDefaults.chunkMs = Number(process.env.BENCH_CHUNK_MS)
await import('../../src/main.ts')
