// Headless Chromium on the operator's page, against the admin app with a program in memory. `bun run e2e:looks` ends
// with 1 when something on the page does not work. Not a part of `bun test`: it needs Debian's chromium.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startAdmin } from '../../src/admin/server.ts'
import { writeWav } from '../../src/audio/wav.ts'
import { systemClock } from '../../src/base/clock.ts'
import { commandLine } from '../../src/base/command-line.ts'
import { silentLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { Connection } from '../../src/call/connection.ts'
import type { CallInfo } from '../../src/calls/views.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { createRecordings } from '../../src/recording/library.ts'
import { createRecorder } from '../../src/recording/recorder.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'
import { callId, fakeCall, fakeProgram, fakeToken, otherId } from './fakes.ts'
import { axeFinds } from './looks/axe.ts'
import { lookAtBusyDesk } from './looks/busy-desk.ts'
import { lookAtCallPage } from './looks/call-page.ts'
import { lookAtMachines } from './looks/machines.ts'
import { lookAtRecordings } from './looks/recordings.ts'
import { lookAtSpending } from './looks/spending.ts'

const usage = `usage: bun run e2e:looks [folder]

  checks the operator's page and /call in Chromium: light, dark, wide and narrow; screenshots go to the folder`
const folder = commandLine(usage, { allowPositionals: true }).positionals[0]
// After the arguments: loading it takes longer than printing the usage.
const { chromium } = await import('playwright-core')
const dir = await mkdtemp(join(tmpdir(), 'page-'))
const looks = [
  ['light-wide', 'light', 1_280, 'fr'],
  ['dark-wide', 'dark', 1_280, 'en'],
  ['light-narrow', 'light', 390, 'en'],
  ['dark-narrow', 'dark', 390, 'fr'],
] as const

function tone(samples: number, hz: number, from = 0): Int16Array {
  return Int16Array.from(
    { length: samples },
    (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * (from + i)) / 8_000),
  )
}

/** 8 s in which caller and bot take turns. */
async function recordOne(): Promise<void> {
  const clock = new FakeClock()
  const metrics = new Metrics()
  const startedWallMs = Date.now()
  const recorder = createRecorder({ dir, callId: otherId, startedWallMs, clock, log: silentLog, metrics })
  for (let i = 0; i < 400; i++) {
    const callerSpeaks = i % 100 >= 50
    recorder.caller(callerSpeaks ? tone(160, 300, i * 160) : new Int16Array(160))
    recorder.agent(callerSpeaks ? null : tone(160, 500, i * 160))
    clock.advance(20)
  }
  const transcript = [
    { who: 'agent', text: 'Bonjour, ici le service après-vente.', atMs: 100 },
    { who: 'caller', text: 'Ma box clignote en rouge.', atMs: 5_000 },
  ]
  const states = [{ state: 'transfer', atMs: 7_000 }]
  const missed = { question: 'symptom', topic: 'internet', language: 'fr' }
  const notUnderstood = [
    { ...missed, text: '', atMs: 2_000 },
    { ...missed, text: 'Ma box clignote en rouge.', atMs: 5_000 },
  ]
  await recorder.close(
    callDetailsSchema.parse({
      ...{ outcome: 'transfer', phone: '0612345678', transcript, states, notUnderstood },
    }),
  )
}

/** Answers every frame with a tone, as a bot would with speech, and records what it received. */
function bot() {
  const heard = { frames: 0, peak: 0, keys: '', closed: '' }
  let last: Connection | undefined
  const live = new Map<string, CallInfo>()
  const talk = (connection: Connection) => {
    last = connection
    live.set(connection.callId, fakeCall(connection.callId))
    let sent = 0
    const timer = setInterval(() => connection.sendFrame(tone(160, 440, sent++ * 160)), 20)
    connection.listener = {
      audio(frame) {
        heard.frames++
        for (const sample of frame) heard.peak = Math.max(heard.peak, Math.abs(sample))
      },
      key: (key) => {
        heard.keys += key
      },
      closed(reason) {
        clearInterval(timer)
        live.delete(connection.callId)
        heard.closed = reason
      },
    }
  }
  return { heard, live, talk, connection: () => last }
}

let failures = 0
function check(what: string, isTrue: boolean): void {
  console.log(`${isTrue ? 'ok  ' : 'FAIL'} ${what}`)
  if (!isTrue) failures++
}

async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > endMs) return false
    await Bun.sleep(50)
  }
  return true
}

await recordOne()
const microphone = join(dir, 'microphone.wav')
await Bun.write(microphone, writeWav(tone(16_000, 600), { rateHz: 8_000, channels: 1 }))
const { heard, live, talk, connection } = bot()
const languages = ['fr', 'en', 'es', 'de']
const program = fakeProgram({ clock: systemClock, recordings: createRecordings(dir), talk, live, languages })
const server = startAdmin({ host: '127.0.0.1', port: 0, app: program.app })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${microphone}`,
    '--autoplay-policy=no-user-gesture-required',
  ],
})

async function look(page: Page, language: string): Promise<void> {
  page.on('pageerror', (error) => check(`no error on the page: ${error.message}`, false))
  await page.goto(`${server.url}?lang=${language}`)
  await page.waitForSelector('[data-call]')
  await page.click(`[data-call="${callId}"] button`)
  await page.waitForSelector('.card')
  // When the card is there the stream is open, so events sent now arrive.
  program.emit({ callId, atMs: 1, kind: 'transcript', who: 'caller', text: 'Oui je vois', isFinal: false })
  await page.waitForSelector('.interim')
  const text = 'Oui, je vois le bouton derrière la box.'
  program.emit({ callId, atMs: 2, kind: 'transcript', who: 'caller', text, isFinal: true })
  await page.waitForSelector(`.lines >> text=${text}`)
  const line = 'Appuyez dessus dix secondes.'
  for (const isFinal of [false, true])
    program.emit({ callId, atMs: 3, kind: 'transcript', who: 'agent', text: line, isFinal })
  for (const key of ['0', '6'] as const) program.emit({ callId, atMs: 4, kind: 'key', key })
  await page.waitForSelector('.lines >> text=⌨ 06')
  check(
    'the bot’s line is there once, whatever it was told before',
    (await page.$$(`.lines >> text=${line}`)).length === 1,
  )
  await page.click('.recordings li button')
  const time = () =>
    page.$eval('#player audio', (audio) => (audio as unknown as { currentTime: number }).currentTime)
  await page.waitForSelector('#player audio')
  check('a recording plays', await until(async () => (await time()) > 0.2))
  await page.click('#player .line.caller')
  check('a click on a transcript line plays from there', await until(async () => (await time()) >= 5))
}

/** Hears a turn that was not understood, says what it means and exports it, with the keyboard alone. */
async function lookAtTurns(page: Page): Promise<void> {
  await page.focus('#turns summary')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#turn-list > ul > li:nth-child(2)')
  check('a turn without words cannot be exported', (await page.$$('#turn-list select')).length === 1)
  await page.focus('#turn-list li button')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#turn-player audio')
  const time = () =>
    page.$eval('#turn-player audio', (audio) => (audio as unknown as { currentTime: number }).currentTime)
  check('a turn is heard from where the caller began to speak', await until(async () => (await time()) > 4.4))
  await page.selectOption('#turn-list select', 'topic=internet symptom=wifi')
  await page.focus('#turn-list select + button')
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  const line = await Bun.file((await download.path()) ?? '').text()
  const wanted = '[symptom:internet]\nMa box clignote en rouge. -> topic=internet symptom=wifi\n'
  check('and exported as a labelled line of its language', line === wanted)
  check('under its name', download.suggestedFilename() === 'not-understood.fr.txt')
  await page.focus('#turn-list select + button + button')
  await page.keyboard.press('Enter')
  const taught = await page.inputValue('#draft-saying [name="said"]')
  const at = await page.evaluate('document.activeElement?.getAttribute("name")')
  check(
    'its words are taken to the draft, to say what they mean',
    taught === 'Ma box clignote en rouge' && at === 'means',
  )
}

/** Tries a sentence with the keyboard alone. */
async function trySentence(page: Page): Promise<void> {
  await page.focus('#try [name="sentence"]')
  await page.keyboard.type('ça ne marche pas')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#tried > li')
  await page.focus('#tried details summary')
  await page.keyboard.press('Enter')
  check('a tried sentence is explained', await page.isVisible('#tried >> text=stuck.still-not'))
  const shown = (await page.textContent('#tried')) ?? ''
  check('in words, not by names of the program', !/\b(open|step|intent|stuck)\b(?!\.)/.test(shown))
}

/** Opens the differences of the rehearsed draft with the keyboard alone. */
async function lookAtDraft(page: Page): Promise<void> {
  await page.waitForSelector('#draft-items > li')
  await page.focus('#draft-count')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#draft-differences > li')
  check(
    'a draft tells how many calls diverge',
    /2 .* 412/.test((await page.textContent('#draft-count')) ?? ''),
  )
  check('and where', await page.isVisible("#draft-differences >> text=Bot : D'accord."))
}

/** Keeps a text in the draft, rehearses and publishes the draft, and takes it back. */
async function changeDraft(page: Page): Promise<void> {
  const asked = (what: RegExp) => until(() => program.asked.some((one) => what.test(one)))
  await page.focus('.phrases textarea')
  await page.fill('.phrases textarea', 'Entendu, merci.')
  await page.click('.tools >> text=Garder au brouillon')
  check('a text is kept in the draft', await asked(/^draft fr ok Entendu, merci\.$/))
  await page.waitForSelector('.tools >> text=Gardé au brouillon.')
  await page.click('.tools >> text=Abandonner')
  await page.fill('#draft-saying [name="said"]', 'c’est tout vert')
  await page.fill('#draft-saying [name="means"]', 'oui ça marche')
  await page.click('#draft-saying-keep')
  check('a saying is kept in the draft', await asked(/^saying default: c’est tout vert = oui ça marche$/))
  await page.fill('#draft-last', '50')
  await page.click('#draft-rehearse')
  check('the draft is rehearsed', await asked(/^rehearse 50$/))
  await page.click('#draft-items >> text=Retirer')
  check('an item is removed', await asked(/^remove fr\.ok$/))
  check('nothing is undone before a publication', !(await page.isVisible('#draft-undo')))
  await page.click('#draft-publish')
  check('the draft is published', await asked(/^publish by admin$/))
  await page.click('#draft-undo')
  check('and taken back in one click', await asked(/^undo 8 by admin$/))
  await page.click('#draft-discard')
  check('a draft is discarded', await asked(/^discard$/))
}

/** Hears a new text, publishes it, hears and publishes the sound of a file, and undoes a change. */
async function changePhrase(page: Page): Promise<void> {
  const asked = (what: RegExp) => until(() => program.asked.some((one) => what.test(one)))
  await page.focus('.phrases textarea')
  await page.fill('.phrases textarea', 'Très bien, merci.')
  await page.keyboard.press('Enter')
  check('a new text is heard', await asked(/^preview Très bien, merci\.$/))
  check('and not published', !program.asked.some((one) => one.startsWith('put')))
  await page.waitForSelector('.tools >> text=Pas encore publié.')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  check('the keyboard publishes it', await asked(/^put fr ok Très bien, merci\.$/))
  await page.waitForSelector('#message >> text=Publié')
  await page.focus('.phrases textarea')
  await page.setInputFiles('.phrases input[type="file"]', microphone)
  check('the sound of a file is heard', await asked(/^preview of \d+ bytes$/))
  await page.click('.tools >> text=Publier ce son')
  check('and published', await asked(/^sound fr ok \d+ bytes by admin on 0$/))
  await page.click('#history summary')
  await page.waitForSelector('.history >> text=Marie')
  await page.click('.history >> text=Annuler cette modification')
  check('a change is undone', await asked(/^undo 7 by admin$/))
}

/** Changes the hours, with the message heard first, and follows one text back to its setting. */
async function changeHours(page: Page): Promise<void> {
  const asked = (what: RegExp) => until(() => program.asked.some((one) => what.test(one)))
  await page.waitForSelector('#hours-now >> text=Ouvert en ce moment')
  check(
    'hours say that they were changed here',
    /OPENING_HOURS : mo-sa/.test((await page.textContent('#hours-hours-source')) ?? ''),
  )
  check(
    'and exceptions that the setting counts',
    /selon le réglage/.test((await page.textContent('#hours-exceptions-source')) ?? ''),
  )
  check('nothing changed cannot be published', await page.isDisabled('#hours-publish'))
  await page.fill('#hours [name="message"]', 'Une panne touche Lyon.')
  await page.click('#hours-hear')
  check('the message is heard before it is published', await asked(/^preview Une panne touche Lyon\.$/))
  await page.click('#hours-hours-source button')
  await page.click('#hours-publish')
  const wanted = /^hours {"hours":null,"message":"Une panne touche Lyon\."} by admin on 3$/
  check('what was changed is published, and the setting taken back', await asked(wanted))
}

/** Tells the bot what to say, and speaks in its place. */
async function superviseCall(page: Page): Promise<void> {
  const asked = (what: RegExp) => until(() => program.asked.some((one) => what.test(one)))
  const [, hint] = await page.$$('.card form')
  await (await hint!.$('input'))!.fill('Proposez le remboursement.')
  await (await hint!.$('button'))!.click()
  check('a hint reaches the API', await asked(/^hint Proposez le remboursement\.$/))
  await page.click('.card >> text=Prendre l’appel')
  check('the supervisor’s microphone reaches the call', await asked(/^audio -?[1-9]\d{2,}$/))
  await page.click('.card >> text=Rendre l’appel au bot')
  check('and the call is given back', await asked(/^handback$/))
  await page.waitForSelector('.card >> text=Prendre l’appel')
  check('not as lost', !program.asked.includes('lost'))
}

for (const [name, colorScheme, width, language] of looks) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  await page.addInitScript(`sessionStorage.setItem('voicebot-token', '${fakeToken}')`)
  let tick = 0
  const feed = setInterval(() => {
    tick++
    for (const listener of program.audio)
      if (tick % 100 < 50) listener(tone(160, 300, tick * 160), null)
      else listener(null, tone(160, 500, tick * 160))
  }, 20)
  await look(page, language)
  check(`${name}: the transcript arrives as it is spoken`, (await page.$$('.interim')).length === 0)
  await trySentence(page)
  await lookAtTurns(page)
  await lookAtDraft(page)
  await lookAtSpending(page, language, (what, isTrue) => check(`${name}: ${what}`, isTrue))
  const found = await axeFinds(page)
  check(`${name}: axe finds nothing${found && `, but ${found}`}`, found === '')
  const wide = await page.evaluate('document.documentElement.scrollWidth')
  check(`${name}: nothing is wider than the screen (${wide} of ${width})`, Number(wide) <= width)
  if (name === 'light-wide') {
    await page.click('#talk-button')
    await page.waitForSelector('#talk.on')
    await page.click('[data-key="5"]')
    await page.locator('body').press('7')
    check('keys of the keypad and of the keyboard arrive', await until(() => heard.keys === '57'))
    check('audio from the microphone arrives', await until(() => heard.frames > 50 && heard.peak > 1_000))
  }
  await page.click('#history summary')
  await page.waitForSelector('.history >> text=Marie')
  if (folder) await page.screenshot({ path: join(folder, `page-${name}.png`), fullPage: true })
  await page.click('#history summary')
  if (name === 'light-wide') {
    await page.click('#talk-button')
    check('hanging up ends the call', await until(() => heard.closed !== ''))
    await page.click('#reload')
    check(
      'phrases are reloaded',
      await until(async () => /2/.test((await page.textContent('#message')) ?? '')),
    )
    await page.fill('#find-phrase', 'nothing like it')
    check('the search hides phrases that do not match', !(await page.isVisible('.phrases li')))
    await page.fill('#find-phrase', "D'ACCORD")
    check('the search ignores case', await page.isVisible('.phrases li'))
    await page.fill('#find-phrase', '')
    await changePhrase(page)
    await changeDraft(page)
    await changeHours(page)
    // The page's own call took the place of this one.
    await page.click(`[data-call="${callId}"] button`)
    await page.waitForSelector(`.card[data-open="${callId}"]`)
    await page.fill('.card input', 'Un instant.')
    await page.click('.card form button')
    await superviseCall(page)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.click('#erase')
    check('without a number nothing is erased', !program.asked.some((what) => what.startsWith('erase')))
    await page.fill('#search [name="phone"]', '+33 6 12 34 56 78')
    await page.click('#erase')
    check('erasing a caller reaches the API', await until(() => program.asked.includes('erase 0612345678')))
    const told = async () => /1 .*1 .*1 /.test((await page.textContent('#message')) ?? '')
    check('the page reports what was erased and which calls are still live', await until(told))
    check('a sentence to say reaches the API', await until(() => program.asked.includes('say Un instant.')))
  }
  clearInterval(feed)
  await page.close()
}
check('closed pages leave no listener', await until(() => program.listeners.size === 0))

await lookAtBusyDesk({ browser, folder, check })
await lookAtMachines({ browser, folder, check })
await lookAtRecordings({ browser, check })
await lookAtCallPage({ browser, url: server.url, folder, connection, emit: program.emit, check })

// With a token: a wrong one is refused, and the page says so and asks again.
const guarded = startAdmin({ host: '127.0.0.1', port: 0, app: fakeProgram({ token: 'right', talk }).app })
const asked = await browser.newPage()
await asked.goto(`${guarded.url}?lang=en`)
await asked.waitForSelector('#login:not([hidden])')
const isAsked = () => asked.evaluate('document.activeElement?.getAttribute("name") === "token"')
check('the page asks for the token with the cursor in its field', Boolean(await isAsked()))
await asked.keyboard.type('wrong')
await asked.keyboard.press('Enter')
await asked.waitForSelector('#message.bad')
check('a wrong token is reported', /refused/.test((await asked.textContent('#message')) ?? ''))
await asked.waitForSelector('#login:not([hidden])')
await asked.fill('[name="token"]', 'right')
await asked.keyboard.press('Enter')
await asked.waitForSelector('[data-call]')
check('with the right token the page shows the calls', await asked.isHidden('#login'))
if (folder) await asked.screenshot({ path: join(folder, 'page-token.png') })
await guarded.stop()
await browser.close()
await server.stop()
await rm(dir, { recursive: true, force: true })
process.exit(failures === 0 ? 0 : 1)
