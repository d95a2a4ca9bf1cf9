// The fake clouds as a process of their own, for benches and for trying the program by hand:
// bun test/support/fakes/main.ts --port 20100 [--heard 'oui|non|merci'] [--reply 'Très bien.']
// `{n}` in the reply counts the replies; `GET /fakes/sent` tells when results left, call by call.

import { parseArgs } from 'node:util'
import { defaultReply, piecesOf } from './chat.ts'
import { startFakes } from './server.ts'

const { values } = parseArgs({
  options: { port: { type: 'string' }, heard: { type: 'string' }, reply: { type: 'string' } },
})
let replies = 0
const fakes = startFakes({
  port: Number(values.port ?? 0),
  heard: values.heard?.split('|') ?? [],
  heardPer: 'call',
  chat: () => piecesOf((values.reply ?? defaultReply).replaceAll('{n}', String(++replies))),
})
process.stdout.write(
  `${JSON.stringify({
    DEEPGRAM_BASE_URL: fakes.ws,
    GROQ_BASE_URL: fakes.url,
    OPENAI_BASE_URL: `${fakes.url}/v1`,
  })}\n`,
)
process.once('SIGTERM', () => {
  fakes.stop().catch(() => undefined)
})
