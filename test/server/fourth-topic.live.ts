// A site's fourth topic in a whole server, added by the two files of the manual and no TypeScript. Callers hear the
// menu that names it and choose it by its key, its step is spoken, and the summary names it. A reload in
// mid-call takes the topic back for later calls only. What needs no server is in `desk.test.ts`.

import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Key } from '../../src/base/keys.ts'
import { SimulatedAsterisk } from '../../src/caller/asterisk.ts'
import type { Server } from '../../src/server/serve.ts'
import { runSite } from '../../src/site/main.ts'
import { openClouds } from '../support/clouds/cloud-call.ts'
import { until } from '../support/clouds/until.ts'
import { askAdmin } from '../support/lab/admin.ts'

setDefaultTimeout(240_000)

/** A line that a call begins with may wait for a whole menu. */
const menuMs = 40_000

let dir: string
let stop: () => Promise<void>
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fourth-'))
  const page = await Bun.file('docs/desk.md').text()
  const blocks = [...page.matchAll(/```yaml\n# my\/(\w+\.yaml)\n(.*?)```/gs)]
  for (const [, name, text] of blocks) await Bun.write(join(dir, name), text)
  expect(await site('desk', ...blocks.map(([, name]) => join(dir, name)))).toBe(0)
})
afterEach(async () => {
  await stop()
  await rm(dir, { recursive: true, force: true })
})

const site = (...args: string[]) => runSite(args, { write: () => {} }, { DATA_DIR: dir, CONFIG_FILE: '' })

/** The whole program with the site's desk, once the embedded voice has spoken the site's lines. */
async function start() {
  const settings = {
    DATA_DIR: dir,
    STT: 'embedded',
    TTS: 'embedded',
    GROQ_API_KEY: '',
    OPENAI_API_KEY: '',
    REVOICE: 'on',
  }
  const clouds = await openClouds({ settings })
  stop = clouds.stop
  let phase = ''
  while (phase !== 'done') {
    // The server is in this process: asking without a pause would hold its work up.
    await Bun.sleep(100)
    phase = ((await (await askAdmin(clouds.server.adminUrl, '/api/voice')).json()) as { phase: string }).phase
  }
  return clouds.server
}

async function dial({ registry, audioSocketPort: port, adminUrl }: Server) {
  const callId = crypto.randomUUID()
  const phone = await SimulatedAsterisk.call({ host: '127.0.0.1', port, callId, clock: systemClock })
  const lines = () => registry.get(callId)?.transcript ?? []
  return {
    phone,
    texts: () => lines().map(({ text }) => text),
    press: (key: Key) => phone.press(key),
    /** Until a line that holds these words was said to its end. */
    hears: (words: string) =>
      until(`“${words}”`, () => lines().some(({ text, cut }) => !cut && text.includes(words)), menuMs).catch(
        (error) => {
          throw new Error(`${error}: ${JSON.stringify(lines())}`)
        },
      ),
    /** What the dialplan gets once the call is over. */
    async next(): Promise<string> {
      const ask = async () => (await askAdmin(adminUrl, `/asterisk/calls/${callId}/next`)).text()
      await until('the call is over', () => registry.get(callId)?.outcome !== undefined, menuMs)
      let text = await ask()
      for (
        const endMs = performance.now() + menuMs;
        !text.includes('VB_SUMMARY') && performance.now() < endMs;
      ) {
        await Bun.sleep(100)
        text = await ask()
      }
      return text
    },
  }
}

test('by keys: the menu names the topic, and a live call keeps it when a reload takes it back', async () => {
  const server = await start()
  const call = await dial(server)
  await call.hears('Pour une caméra,')
  await call.hears('tapez quatre.')
  call.press('4')
  await call.hears('puis dièse')
  call.press('#')
  await call.hears("Si l'image manque,")
  expect(await site('undo', '1')).toBe(0)
  const reloaded = await askAdmin(server.adminUrl, '/api/desk/reload', { method: 'POST' })
  expect(await reloaded.json()).toMatchObject({ generation: 2, topics: 3 })
  const later = await dial(server)
  await call.hears('Pour installer une caméra,')
  call.press('1')
  await call.hears('Débranchez la caméra')
  call.press('2')
  await call.hears('Débranchez votre box')
  call.press('0')
  expect(await call.next()).toContain('VB_SUMMARY=Caméra / pas d image. Essayé : caméra redémarrée.')
  await later.hears('tapez trois.')
  later.press('4')
  await later.hears("n'ai pas compris")
  expect(later.texts()).not.toContain('Pour une caméra,')
})
