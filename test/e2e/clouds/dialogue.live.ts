// The whole dialogue by voice: a caller speaks French made with the embedded voice, the fake clouds hear it, word the
// desk's decisions and speak them, and `bun run call --script` tells what happened. In real time, half a minute.

import { expect, test } from 'bun:test'
import { runCall } from '../../../src/caller/main.ts'
import { parseScript } from '../../../src/caller/script.ts'
import { piecesOf } from '../../support/clouds/chat.ts'
import { openClouds, understood } from '../../support/clouds/cloud-call.ts'
import { testToken } from '../../support/lab/admin.ts'

const script = new URL('../../fixtures/calls/box.txt', import.meta.url).pathname
const callId = '5b0f7a5e-2f54-4c0e-9d0b-0a4f5b8c1d22'

test('from the welcome to the goodbye every word of the caller is heard once', async () => {
  const acts = parseScript(await Bun.file(script).text(), script)
  const said = acts.map((act) => ('text' in act ? act.text : ''))
  const clouds = await openClouds({
    heard: said,
    // A model that says what it is asked to say.
    chat: ({ messages }) => {
      const goal = /Consigne[^:]*: (.*)/.exec(messages[0]?.content ?? '')?.[1] ?? ''
      return piecesOf(`${understood}${goal}`)
    },
  })
  const { audioSocketPort, adminUrl, registry } = clouds.server
  const address = [
    '--port',
    String(audioSocketPort),
    '--admin',
    adminUrl,
    '--token',
    testToken,
    '--uuid',
    callId,
  ]
  const told: string[] = []
  const code = await runCall([...address, '--script', script], (line) => void told.push(line))
  const { transcript = [], outcome, latencies = [] } = registry.get(callId) ?? {}
  await clouds.stop()

  const by = (speaker: string) => transcript.filter(({ who }) => who === speaker).map(({ text }) => text)
  expect({ code, outcome }).toEqual({ code: 0, outcome: 'goodbye' })
  expect(by('caller')).toEqual(said)
  for (const text of said) {
    const lines = told.filter((line) => line.includes('  caller, from ') && line.endsWith(`: ${text}`))
    expect(lines).toHaveLength(1)
  }
  for (const words of ["J'ai noté le", 'Est-ce bien cela ?', 'fonctionne maintenant ?', 'au revoir'])
    expect(by('agent').filter((text) => text.includes(words))).toHaveLength(1)
  const turns = told.filter((line) => /^turn \d+: transcript \d+ ms, turn over \d+ ms/.test(line))
  expect(turns).toHaveLength(latencies.length)
  expect(turns.length).toBeGreaterThanOrEqual(said.length - 1)
}, 120_000)
