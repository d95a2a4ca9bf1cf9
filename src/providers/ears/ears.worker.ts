// The ears thread: the recognisers of all calls, with their sockets, SDKs and JSON. serve.ts is what it does.

import '../../base/plain-zod.ts'

import { Vad } from '../../audio/vad.ts'
import { systemClock } from '../../base/clock.ts'
import { Metrics } from '../../base/metrics.ts'
import { languageOf, languages } from '../../understanding/languages/index.ts'
import { openRecognisers } from '../catalog.ts'
import type { ProviderValues } from '../settings.ts'
import type { FromEars, ToEars } from './messages.ts'
import { EarsServer } from './serve.ts'

declare const self: {
  onmessage: ((event: MessageEvent<ToEars>) => void) | null
  postMessage(message: FromEars): void
}

const post = (message: FromEars) => self.postMessage(message)
let server: EarsServer | undefined

function start({ values, language, voicesDir, chunkMs, troubled }: ToEars & { kind: 'start' }): void {
  const metrics = new Metrics()
  const relief = { chunkMs }
  const { stt, warm } = openRecognisers(values as ProviderValues, {
    clock: systemClock,
    random: Math.random,
    metrics,
    createVad: () => new Vad(),
    language,
    voicesDir,
    relief,
    troubled,
    onTrouble: (label, reason) => post({ kind: 'trouble', label, reason }),
  })
  server = new EarsServer({ stt, relief, metrics, clock: systemClock, post, later: setImmediate })
  // Each transcript is compared with the credits of all languages.
  for (const code of languages) languageOf(code)
  // An SDK that cannot be loaded shows with the first call.
  warm().catch(() => undefined)
}

self.onmessage = ({ data }) => {
  if (data.kind === 'start') start(data)
  else if (data.kind === 'end') process.exit(0)
  else server?.take(data)
}
