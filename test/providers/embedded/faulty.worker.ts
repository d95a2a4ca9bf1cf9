// The real thread of the voice, which a text with one of these words ends in that way.

import '../../../src/providers/embedded/voice.worker.ts'
import type { VoiceJob } from '../../../src/providers/embedded/voice.worker.ts'

declare const self: Worker

const real = self.onmessage

self.onmessage = (event: MessageEvent<VoiceJob>) => {
  const text = event.data.pieces.join(' ')
  if (text.includes('exit')) process.exit(0)
  if (text.includes('throw')) throw new Error('thrown in the thread')
  if (text.includes('reject')) void Promise.reject(new Error('rejected in the thread'))
  else if (text.includes('spin')) for (;;);
  else real?.call(self, event)
}
