// A whole server that writes a snapshot of its heap when it is asked to. Run by erasure.live.ts, so that what the test
// itself remembers is not in the snapshot. Prints its two addresses as JSON.

import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'

const server = await serve(readConfig(process.env), silentLog)
console.log(JSON.stringify({ port: server.audioSocketPort, url: server.adminUrl }))

for await (const line of console) {
  const path = line.trim()
  if (path === '') break
  // Twice, because the first collection runs finalizers that let more go.
  for (let i = 0; i < 2; i++) {
    Bun.gc(true)
    await Bun.sleep(100)
  }
  await Bun.write(path, Bun.generateHeapSnapshot('v8'))
  console.log('written')
}
await server.stop()
process.exit(0)
