// The fake clouds as a process of their own, for benches and for trying the program by hand:
// bun test/support/clouds/main.ts --port 20100 [--heard 'oui|non|merci' | --knows folder] [--reply 'Très bien.']
// The folder's sentences.json holds `[{"text": "oui", "wav": "1.wav"}, …]`, each file mono at 8 kHz: speech is then
// recognised by its sound. `{n}` in the reply stands for ordinary words that differ from reply to reply;
// `GET /fakes/sent` tells when results left, call by call.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readWav } from '../../../src/audio/wav.ts'
import { defaultReply, piecesOf } from './chat.ts'
import { ordinaryWords } from './ordinary.ts'
import { startFakes } from './server.ts'
import { Vocabulary } from './vocabulary.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    heard: { type: 'string' },
    knows: { type: 'string' },
    reply: { type: 'string' },
  },
})
let replies = 0
const fakes = startFakes({
  port: Number(values.port ?? 0),
  heard: values.heard?.split('|') ?? [],
  knows: values.knows === undefined ? undefined : await vocabularyIn(values.knows),
  heardPer: 'call',
  chat: () => piecesOf((values.reply ?? defaultReply).replaceAll('{n}', ordinaryWords(++replies))),
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

async function vocabularyIn(folder: string): Promise<Vocabulary> {
  const listed = await Bun.file(join(folder, 'sentences.json')).json()
  const sentences = z.array(z.object({ text: z.string(), wav: z.string() })).parse(listed)
  const samplesOf = async (wav: string) => readWav(await Bun.file(join(folder, wav)).bytes()).samples
  const known = sentences.map(async ({ text, wav }) => ({ text, samples: await samplesOf(wav) }))
  return new Vocabulary(await Promise.all(known))
}
