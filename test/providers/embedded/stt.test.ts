import { expect, setDefaultTimeout, test } from 'bun:test'
import { createEmbeddedStt } from '../../../src/providers/embedded/stt.ts'
import type { SttEvent } from '../../../src/providers/stt.ts'
import { openCall } from '../../support/hearing.ts'
import { settle } from '../../support/lab/fake-clock.ts'

setDefaultTimeout(60_000)

test('the embedded recogniser reports an open link, hears no words, and reports nothing else', async () => {
  const events: SttEvent[] = []
  const stt = createEmbeddedStt()
  const session = openCall(stt, { language: 'fr', callId: 'a', onEvent: (event) => events.push(event) })
  expect([stt.name, stt.hearsWords, events.length]).toEqual(['embedded', false, 0])
  for (let i = 0; i < 50; i++) session.write(new Int16Array(160).fill(9_000))
  session.finalize()
  await settle()
  expect(events).toEqual([{ kind: 'link', state: 'open' }])
})

test('a session that is closed at once reports nothing', async () => {
  const events: SttEvent[] = []
  const stt = createEmbeddedStt()
  openCall(stt, { language: 'fr', callId: 'a', onEvent: (event) => events.push(event) }).close()
  await settle()
  expect(events).toEqual([])
})
