// Recordings on the page of one machine of a cluster: those of another machine with its name, machines that are missing,
// and a call that two machines recorded, as links and as one sound.

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startAdmin } from '../../../src/admin/server.ts'
import { writeWav } from '../../../src/audio/wav.ts'
import { callRecordSchema } from '../../../src/recording/files.ts'
import { createRecordings } from '../../../src/recording/library.ts'
import { until } from '../../support/clouds/until.ts'
import { fakeCluster } from '../fake-cluster.ts'
import { callId, fakeProgram, fakeToken, otherId } from '../fakes.ts'
import { axeFinds } from './axe.ts'

const day = '2026-11-23'
const rateHz = 8_000
const [here, bot2, bot4] = ['here', 'bot2', 'bot4'].map((name) => `http://${name}.site.example:8080`) as [
  string,
  string,
  string,
]

/** A recording that began so many seconds after nine. */
const recordOf = (id: string, atS: number, lengthS: number, more: object = {}) =>
  callRecordSchema.parse({
    ...{ version: 1, id, callId: id, durationMs: lengthS * 1_000, outcome: 'goodbye' },
    startedAt: new Date(Date.UTC(2026, 10, 23, 9, 0, atS)).toISOString(),
    endedAt: new Date(Date.UTC(2026, 10, 23, 9, 0, atS + lengthS)).toISOString(),
    audio: { rateHz, samples: lengthS * rateHz, gaps: [], stopped: null },
    transcript: [
      { who: 'agent', text: 'Bonjour.', atMs: -2_500 },
      { who: 'agent', text: 'Excusez-moi, nous avons été coupés.', atMs: 0 },
    ],
    ...more,
  })

/** The first part is 2 s long, on another machine; the second one, of 1 s, begins a second after its end. */
async function cluster(dir: string) {
  await mkdir(join(dir, day))
  const second = recordOf(callId, 3, 1, { partBefore: bot2 })
  await Bun.write(join(dir, day, `${callId}.json`), JSON.stringify(second))
  for (const side of ['caller', 'agent'])
    await Bun.write(join(dir, day, `${callId}.${side}.raw`), new Int16Array(rateHz).fill(2_000))
  const theirs = [recordOf(callId, 0, 2, { outcome: 'lost', partAfter: here }), recordOf(otherId, -60, 2)]
  const rows = theirs.map((record) => ({
    ...{ key: Date.parse(record.startedAt) * 1_000, day, audio: 'raw', stage: 'whole', record },
  }))
  const wav = writeWav(new Int16Array(2 * 2 * rateHz).fill(1_000), { rateHz, channels: 2 })
  return fakeCluster({
    recordings: {
      own: here,
      search: async ({ callId: wanted }) => {
        const recordings = rows.filter(({ record }) => wanted === undefined || record.callId === wanted)
        return {
          found: [{ machine: bot2, json: { recordings, next: null, isComplete: true } }],
          missing: [bot4],
        }
      },
      turns: async () => ({ found: [], missing: [] }),
      held: async () => ({ found: [], missing: [] }),
      ask: async ({ machine, method, range }) => {
        const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
        const headers = { 'content-type': 'audio/wav', 'content-length': String(wav.length - from) }
        const answer = new Response(method === 'HEAD' ? null : wav.subarray(from), { headers })
        return { answers: [{ machine: machine ?? bot2, answer }], missing: [] }
      },
    },
  })
}

const texts = {
  en: 'Without the recordings of machines that are off or do not answer: bot4.site.example:8080',
  fr: 'Sans les enregistrements des machines éteintes ou qui ne répondent pas : bot4.site.example:8080',
} as const

export async function lookAtRecordings({
  browser,
  check,
}: {
  browser: Browser
  check: (what: string, isTrue: boolean) => void
}): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'recordings-page-'))
  const program = fakeProgram({ cluster: await cluster(dir), recordings: createRecordings(dir) })
  const server = startAdmin({ host: '127.0.0.1', port: 0, app: program.app })
  try {
    for (const language of ['en', 'fr'] as const) {
      const page = await browser.newPage()
      await page.addInitScript(`sessionStorage.setItem('voicebot-token', '${fakeToken}')`)
      await page.goto(`${server.url}?lang=${language}`)
      await page.waitForSelector('.recordings li:nth-child(3)')
      const machines = await page.$$eval('.recordings li small', (all) => all.map((one) => one.textContent))
      const hosts = [here, bot2, bot2].map((url) => new URL(url).host)
      check(`${language}: each recording has its machine`, machines.join() === hosts.join())
      const state = await page.textContent('#recordings-state')
      check(`${language}: the machine that is missing is named (${state})`, state === texts[language])
      const length = () =>
        page.$eval('#player audio', (audio) => (audio as unknown as { duration: number }).duration)
      const lengthIs = (seconds: number) =>
        until(`a sound of ${seconds} s`, async () => Math.abs((await length()) - seconds) < 0.2)
      await page.click('.recordings li:nth-child(1) button')
      await lengthIs(4)
      check(`${language}: the two parts of a call are heard as one`, true)
      const time = () =>
        page.$eval('#player audio', (audio) => (audio as unknown as { currentTime: number }).currentTime)
      await page.click('#player .lines li:nth-child(2) button')
      await until('the second part plays', async () => (await time()) >= 3)
      await page.click('#player .lines li:nth-child(1) button')
      await until('the first part plays', async () => (await time()) < 2)
      check(`${language}: a click on a line plays from there, in either part`, true)
      const current = await page.$$eval('#player nav button', (all) =>
        all.map((one) => one.getAttribute('aria-current')),
      )
      check(`${language}: the parts are links`, current.join() === ',true')
      const found = await axeFinds(page)
      check(`${language}: axe finds nothing in a call with parts${found && `, but ${found}`}`, found === '')
      await page.click('#player nav button:nth-of-type(1)')
      await page.waitForSelector('#player nav button:nth-of-type(1)[aria-current=true]')
      await lengthIs(4)
      check(`${language}: the other part is heard in the same sound`, true)
      const saving = page.waitForEvent('download')
      await page.click('#player header button:not(:last-child)')
      const { size } = Bun.file(await (await saving).path())
      check(`${language}: the call is saved as one file`, size === 44 + 4 * rateHz * 4)
      await page.close()
    }
  } finally {
    await server.stop()
    await rm(dir, { recursive: true })
  }
}
