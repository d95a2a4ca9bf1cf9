import { describe, expect, test } from 'bun:test'
import { addonOf, type Library, type Peer, type PeerListener } from '../../src/webrtc/peer.ts'
import { type Offer, readOffer } from '../../src/webrtc/sdp.ts'
import { browserOffer } from './offers.ts'

const offer = readOffer(browserOffer(), ['opus']) as Offer

/** The addon as far as peer.ts uses it. Functions named in `broken` throw, as the real ones do once all is closed. */
function fakeLibrary(broken: ReadonlySet<string>, endsEarly = false) {
  const called = new Set<string>()
  const on = new Map<string, (...args: never[]) => void>()
  const may = (name: string) => {
    called.add(name)
    if (broken.has(name)) throw new Error(`${name} is closed`)
  }
  const events = (owner: string, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        (handler: (...args: never[]) => void) => {
          may(`${owner}.${name}`)
          on.set(`${owner}.${name}`, handler)
        },
      ]),
    )
  const methods = (owner: string, results: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(results).map(([name, result]) => [
        name,
        () => {
          may(`${owner}.${name}`)
          return result
        },
      ]),
    )
  const track = {
    ...events('track', ['onOpen', 'onMessage', 'onClosed', 'onError']),
    ...methods('track', { setMediaHandler: undefined, sendMessageBinary: true, close: undefined }),
  }
  const channel = {
    ...events('channel', ['onMessage', 'onOpen', 'onError']),
    ...methods('channel', { isOpen: true, bufferedAmount: 0, sendMessage: true }),
  }
  class Made {
    constructor() {
      may(this.constructor.name)
    }
  }
  class Audio extends Made {}
  Object.assign(
    Audio.prototype,
    methods('audio', { addAudioCodec: undefined, addOpusCodec: undefined, addSSRC: undefined }),
  )
  class RtcpReceivingSession extends Made {}
  class PeerConnection extends Made {}
  Object.assign(PeerConnection.prototype, {
    ...events('connection', ['onStateChange', 'onDataChannel', 'onGatheringStateChange']),
    ...methods('connection', { addTrack: track, close: undefined, localDescription: { sdp: 'v=0 answer' } }),
    setRemoteDescription() {
      may('connection.setRemoteDescription')
      if (endsEarly) on.get('track.onClosed')?.()
      on.get('connection.onGatheringStateChange')?.(...(['complete'] as never[]))
    },
  })
  const library = { Audio, PeerConnection, RtcpReceivingSession, cleanup: () => may('cleanup') }
  return { library: library as unknown as Library, called, on, channel }
}

const quiet = (heard: string[], fails = false): PeerListener => {
  const note = (what: string) => () => {
    heard.push(what)
    if (fails) throw new Error('a defect')
  }
  return {
    ...{ open: note('open'), packet: note('packet'), text: note('text'), closed: note('closed') },
    ignored: (bytes: number) => note(`ignored ${bytes}`)(),
  }
}

/** Everything that happens to a peer, and everything that is asked of it. Nothing here may throw. */
async function live(broken: ReadonlySet<string>, fails = false) {
  const fake = fakeLibrary(broken)
  const heard: string[] = []
  const failures: unknown[] = []
  const addon = addonOf(fake.library, {
    ...{ port: 5004, host: '127.0.0.1', publicAddresses: [] },
    failed: (error) => void failures.push(error),
  })
  let peer: Peer | undefined
  try {
    peer = await addon.open(offer)
  } catch {
    // A refusal: calls.ts answers the offer with 400.
  }
  const happens = (name: string, ...args: unknown[]) => fake.on.get(name)?.(...(args as never[]))
  if (peer) peer.listener = quiet(heard, fails)
  happens('connection.onDataChannel', fake.channel)
  happens('connection.onDataChannel', fake.channel)
  happens('channel.onOpen')
  happens('track.onOpen')
  happens('track.onMessage', Buffer.from([1, 2, 3]))
  happens('channel.onMessage', '{"type":"key","key":"5"}')
  happens('channel.onMessage', Buffer.from([1]))
  happens('channel.onMessage', 'x'.repeat(100_000))
  peer?.sendPacket(Uint8Array.of(1, 2, 3))
  peer?.sendPacket(Uint8Array.of(1, 2, 3))
  peer?.sendText('{}')
  happens('track.onError', new Error('of the library'))
  happens('connection.onStateChange', 'disconnected')
  happens('connection.onStateChange', 'failed')
  happens('track.onClosed')
  peer?.sendPacket(Uint8Array.of(1))
  peer?.sendText('{}')
  peer?.close()
  addon.close()
  return { peer, heard, failures, called: fake.called }
}

describe('a peer', () => {
  test('passes on what the addon says, and each thing once', async () => {
    const { heard, failures } = await live(new Set())
    expect(heard).toEqual(['open', 'packet', 'text', 'ignored 1', 'ignored 100000', 'closed'])
    expect(failures).toEqual([])
  })

  test('of an addon whose every function throws is refused, and nothing passes on', async () => {
    const { called } = await live(new Set())
    const { peer, failures } = await live(called)
    expect([peer, failures]).toEqual([undefined, []])
  })

  test('that ended before its answer was there is refused: nothing would tell its end', async () => {
    const { library } = fakeLibrary(new Set(), true)
    const options = { port: 5004, host: '127.0.0.1', publicAddresses: [], failed() {} }
    expect(addonOf(library, options).open(offer)).rejects.toThrow('ended')
  })

  test('ends at a defect of ours in a function that the addon calls, which is reported once', async () => {
    const { heard, failures } = await live(new Set(), true)
    expect(heard).toEqual(['open', 'closed'])
    expect(failures).toEqual([new Error('a defect')])
  })
})

const all = await live(new Set())
test.each([...all.called])('nothing is thrown when %s throws', async (name) => {
  const { called, failures } = await live(new Set([name]))
  expect(called).toContain(name)
  expect(failures).toEqual([])
})

test('the functions that throw were all of those that peer.ts calls', async () => {
  const source = await Bun.file(new URL('../../src/webrtc/peer.ts', import.meta.url)).text()
  const used = [...source.matchAll(/\b(?:connection|track|channel|audio|library)\.(\w+)\(/g)].map(
    ([, name]) => name,
  )
  const tried = new Set([...all.called].map((name) => name.split('.').at(-1)))
  expect(used.length).toBeGreaterThan(15)
  expect(used.filter((name) => !tried.has(name) && name !== 'resolve')).toEqual([])
})
