// A whole server in a process of its own, which a test can kill and freeze. Its settings are its environment.

import { createLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'

const { log } = createLog({
  level: 'warn',
  showPrivate: false,
  write: (line) => void process.stderr.write(line),
})
const server = await serve(readConfig(process.env), log)
process.stdout.write(`${JSON.stringify({ port: server.audioSocketPort, adminUrl: server.adminUrl })}\n`)
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
