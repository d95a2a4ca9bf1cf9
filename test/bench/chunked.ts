// The bot with another size of the messages to the recogniser: BENCH_CHUNK_MS. It is not a setting, because only the
// bench has a reason to change it.

import { linkDefaults } from '../../src/providers/live/tuning.ts'

linkDefaults.chunkMs = Number(process.env.BENCH_CHUNK_MS)
await import('../../src/main.ts')
