// The page /call in Chromium, as a caller uses it: in the frame of a public site, without a microphone, by plain HTTP,
// and where WebRTC is off or cannot pass.

import type { Frame } from 'playwright-core'
import { startRelay } from '../../support/webrtc/relay.ts'
import {
  type CallPageWorld,
  helpers,
  holdMicrophone,
  makePage,
  pageOf,
  startSite,
  textOf,
} from './callers.ts'

/** The page's peers go through these ports, one each. */
const throughRelays = (ports: readonly number[]) => `window.relayPorts = ${JSON.stringify(ports)}
const plain = RTCPeerConnection.prototype.setRemoteDescription
RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
  const port = relayPorts.shift()
  return plain.call(this, { type, sdp: port ? sdp.replace(/(a=candidate:.* 127.0.0.1 )\\d+/, '$1' + port) : sdp })
}`

/** A visitor of a public site calls through the frame, loses the network, and goes on in the same call. */
async function framedCall(world: CallPageWorld): Promise<void> {
  const { server, browser, webrtcPort, check, until } = world
  const { isHeard, isIn, typesAndIsAnswered } = helpers(world)
  const site = startSite()
  site.state.frame = await makePage(world, site.origin)
  const page = await (await browser.newContext({ permissions: ['microphone'], locale: 'fr-FR' })).newPage()
  await page.addInitScript(holdMicrophone)
  // Each peer goes through a relay of its own, as from another network; the last ones find the server itself.
  const relays = await Promise.all(Array.from({ length: 16 }, () => startRelay({ target: webrtcPort })))
  await page.addInitScript(throughRelays(relays.map(({ port }) => port)))
  const frameOn = async (url: string) => {
    await page.goto(url)
    return page.frames()[1] as Frame
  }
  const strange = await frameOn(site.other)
  check('a page of another origin cannot put it into a frame', (await strange.$('#phone')) === null)
  const frame = await frameOn(site.origin)
  await frame.waitForSelector('#call:not([disabled])')
  check('it speaks the browser’s language', (await textOf(frame, 'call')) === 'Appeler')
  await frame.focus('#call')
  await page.keyboard.press('Enter')
  check('a visitor calls by keyboard', await isIn(frame, 'live'))
  check('by WebRTC, which it says nothing about', (await textOf(frame, 'way')) === '')
  check('with a microphone', (await textOf(frame, 'notice')) === '')
  const { id } = server.registry.list().find(({ outcome }) => outcome === null)!
  check('the visitor hears the agent', await until(() => isHeard(frame)))
  const frames = { caller: 0, lastMs: 0, holeMs: 0 }
  server.registry.listen(id, (caller) => {
    if (caller === null) return
    const nowMs = performance.now()
    if (frames.lastMs > 0) frames.holeMs = Math.max(frames.holeMs, nowMs - frames.lastMs)
    frames.lastMs = nowMs
    if (caller.some((sample) => Math.abs(sample) > 300)) frames.caller++
  })
  check('the agent hears the visitor', await until(() => frames.caller > 20))
  check(
    'the transcript shows the agent’s words',
    await until(async () => (await textOf(frame, 'lines')).includes('Assistant')),
  )

  const loseNetwork = async () => {
    const left = (await frame.evaluate('relayPorts.length')) as number
    for (const relay of relays.splice(0, relays.length - left)) relay.close()
  }
  const holes: number[] = []
  for (let death = 0; death < 2; death++) {
    const heard = frames.caller
    frames.holeMs = 0
    await loseNetwork()
    check('the agent hears the visitor again', await until(() => frames.caller > heard + 50))
    holes.push(Math.round(frames.holeMs))
  }
  // A busy machine makes some of them longer.
  console.log(`      a dead network, twice: holes of ${holes.join(', ')} ms`)
  const moved = frames.caller
  frames.holeMs = 0
  // The peer that the page offers next goes through the first of those that are left.
  relays.at(-((await frame.evaluate('relayPorts.length')) as number))?.close()
  await loseNetwork()
  check(
    'a network that dies again during the move does not end the call',
    await until(() => frames.caller > moved + 50),
  )
  console.log(`      a network that dies again during the move: a hole of ${Math.round(frames.holeMs)} ms`)

  let isOff = true
  await page.route(/\/webrtc\//, (route) => (isOff ? route.abort() : route.fallback()))
  await loseNetwork()
  check('without any network the page says that it reconnects', await isIn(frame, 'reconnecting'))
  isOff = false
  check('and goes on when there is one', await isIn(frame, 'live'))
  check('it is the same call', server.registry.liveCalls === 1 && server.registry.get(id)?.outcome === null)
  await typesAndIsAnswered(frame, 'after the move')

  // While a number is asked 0 is a digit, and 0 # is a human. Keys answer the question that was heard.
  check(
    'the agent asks for the number',
    await until(async () => (await textOf(frame, 'lines')).includes('Tapez')),
  )
  await frame.focus('#transcript')
  await page.keyboard.press('0')
  await frame.click('[data-key="#"]')
  check(
    'keys of the page and of the keyboard are keys: who wants a human may be called back',
    await until(async () => (await textOf(frame, 'lines')).includes('Pour être rappelé')),
  )
  await frame.click('[data-key="2"]')
  check(
    'who does not want that ends the call',
    await until(() => server.registry.get(id)?.outcome === 'goodbye'),
  )
  check('the page says how the call ended', await isIn(frame, 'ended'))
  check('and says goodbye', (await textOf(frame, 'notice')).includes('Merci'))
  await page.context().close()
  for (const relay of relays) relay.close()
  site.stop()
}

/** A tab that crashes does not say so, and comes back into its call. */
async function crashedCall(world: CallPageWorld): Promise<void> {
  const { server, browser, token, check, until } = world
  const { isIn } = helpers(world)
  const page = await pageOf(browser, token)
  await page.context().grantPermissions(['microphone'])
  await page.addInitScript(
    `addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true })`,
  )
  await page.goto(new URL('/call', server.adminUrl).href)
  await page.click('#call')
  const live = () => server.registry.list().filter(({ outcome }) => outcome === null)
  // The browser is connected a moment before the server is.
  check('a caller calls', (await isIn(page, 'live')) && (await until(() => live().length === 1)))
  const [{ id }] = live()
  await page.reload()
  check('the call of a crashed tab waits', live().length === 1)
  await page.click('#call')
  check('the tab loaded again calls', await isIn(page, 'live'))
  check('and is in the same call', live().length === 1 && live()[0].id === id)
  await page.click('#call')
  check('which it ends', await until(() => live().length === 0))
  await page.context().close()
}

/** A network that lets no UDP through, and a link for one call. */
async function blockedCall(world: CallPageWorld): Promise<void> {
  const { server, browser, check, until } = world
  const { isHeard, isIn } = helpers(world)
  const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage()
  await page.route('**/webrtc?*', async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace(/(a=candidate:.* 127\.0\.0\.1 )\d+/, '$19')
    await route.fulfill({ response, body })
  })
  await page.goto(await makePage(world, new URL(server.adminUrl).origin, 1))
  await page.click('#call')
  check('where UDP is blocked the page calls by WebSocket, with the same link', await isIn(page, 'live'))
  check('and says so', /backup|secours/i.test(await textOf(page, 'way')))
  check('the caller hears the agent', await until(() => isHeard(page)))
  await page.click('#call')
  check('hanging up ends the call', await until(() => server.registry.liveCalls === 0))
  await page.click('#call')
  check('a link for one call begins one', await isIn(page, 'ended'))
  check('and the page says what to do', /Reload|Rechargez/.test(await textOf(page, 'notice')))
  await page.context().close()
}

/** No microphone, once by localhost and once by plain HTTP; by WebRTC and by WebSocket. */
async function silentCalls(world: CallPageWorld): Promise<void> {
  const { server, plain, deaf, token, check, until } = world
  const { isHeard, isIn, typesAndIsAnswered } = helpers(world)
  const insecure = (url: string) => url.replace('127.0.0.1', 'bot.example')
  for (const [what, on, url, notice, way] of [
    ['without a microphone', server, server.adminUrl, /micro/i, ''],
    ['by plain HTTP', server, insecure(server.adminUrl), /https/, ''],
    ['by plain HTTP without WebRTC', plain, insecure(plain.adminUrl), /https/, 'secours'],
  ] as const) {
    const page = await pageOf(deaf, token)
    await page.goto(new URL('/call', url).href)
    await page.click('#call')
    check(`${what}: the page calls`, await isIn(page, 'live'))
    check(`${what}: it says why, and what to do`, notice.test(await textOf(page, 'notice')))
    check(`${what}: it says by which way`, (await textOf(page, 'way')).includes(way))
    check(`${what}: the caller hears the agent`, await until(() => isHeard(page)))
    await typesAndIsAnswered(page, what)
    await page.click('#call')
    check(`${what}: hanging up ends the call`, await until(() => on.registry.liveCalls === 0))
    await page.context().close()
  }
}

/** WebRTC is off: the WebSocket, with the microphone. */
async function socketCall(world: CallPageWorld): Promise<void> {
  const { plain, browser, token, check, until } = world
  const { isHeard, isIn, typesAndIsAnswered } = helpers(world)
  const page = await pageOf(browser, token)
  await page.context().grantPermissions(['microphone'])
  await page.goto(new URL('/call', plain.adminUrl).href)
  await page.click('#call')
  check('where WebRTC is off the page calls by WebSocket', await isIn(page, 'live'))
  check('the caller hears the agent', await until(() => isHeard(page)))
  let heard = 0
  plain.registry.listen(plain.registry.list()[0].id, (caller) => {
    if (caller?.some((sample) => Math.abs(sample) > 300)) heard++
  })
  check('the agent hears the caller', await until(() => heard > 20))
  await typesAndIsAnswered(page, 'by WebSocket')
  await page.context().close()
  check('closing the page ends the call', await until(() => plain.registry.liveCalls === 0))
}

/** The server takes no more calls. */
async function refusedCalls(world: CallPageWorld): Promise<void> {
  const { server, plain, deaf, token, check, until } = world
  const { isIn } = helpers(world)
  for (const [what, on] of [
    ['by WebRTC', server],
    ['by WebSocket', plain],
  ] as const) {
    on.registry.drain(true)
    const page = await pageOf(deaf, token)
    await page.goto(new URL('/call', on.adminUrl).href)
    await page.click('#call')
    const isTold = async () => (await textOf(page, 'notice')).includes('lignes sont occupées')
    check(`a refused caller is told what to do, ${what}`, await until(isTold))
    check(`and after the phrase as well, ${what}`, (await isIn(page, 'ended')) && (await isTold()))
    await page.context().close()
    on.registry.drain(false)
  }
}

export async function callPage(world: CallPageWorld): Promise<void> {
  await framedCall(world)
  await silentCalls(world)
  await socketCall(world)
  await blockedCall(world)
  await crashedCall(world)
  await refusedCalls(world)
}
