// A caller changes the language by voice, with the real vendors' SDKs against the fake clouds: Deepgram takes the
// language in the query of its socket, so the change opens a second one, and Groq gets the other instructions.

import { expect, test } from 'bun:test'
import { CloudCall, understood } from '../../support/clouds/cloud-call.ts'

test('"English please" opens a socket in English, and the words that follow are heard on it, once', async () => {
  const systems: string[] = []
  const call = await CloudCall.begin({
    heard: ['English please', 'my internet is not working'],
    settings: { LANGUAGES: 'en', STT: 'deepgram', LLM: 'groq' },
    chat: ({ messages }) => {
      systems.push(messages[0]?.content ?? '')
      return [understood, 'Sorry ', 'about that. ', 'What is your name?']
    },
  })
  await call.hears('Que puis-je faire')
  call.says()
  await call.hears('How can I help you?')
  const [, changed] = call.info!.languages
  call.says()
  await call.hears('What is your name?')
  const { connections } = call.fakes
  expect(connections.map(({ query }) => query.get('language'))).toEqual(['fr', 'en'])
  expect(connections[0]!.closed).toBeDefined()
  expect(connections[1]!.keyterms).toContain('adviser')
  expect(call.transcript.filter((line) => line.startsWith('caller:'))).toEqual([
    'caller: English please',
    'caller: my internet is not working',
  ])
  expect(changed).toEqual({ language: 'en', atMs: expect.any(Number) })
  // Only the turn in English was worded by the model.
  expect(systems).toHaveLength(1)
  expect(systems[0]).toContain('English')
  await call.end()
}, 60_000)
