import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ProviderError } from '../../src/base/errors.ts'
import { type Log, silentLog } from '../../src/base/log.ts'
import type { PublicCallEvent } from '../../src/calls/views.ts'
import { CallLab } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

const states = (lab: CallLab): string[] => {
  const found: string[] = ['init']
  lab.registry.subscribe('all', (event) => {
    if (event.kind === 'state') found.push(event.to)
  })
  return found
}

describe('a whole call by keys', () => {
  test('leads from the welcome to a transfer', async () => {
    const lab = new CallLab({ hearsWords: false })
    await lab.untilQuiet()
    expect(lab.transcript[0]).toStartWith('agent: Bonjour')
    lab.key('0')
    await lab.run(60_000)
    expect(lab.info?.outcome).toBe('transfer')
    expect(lab.connection.hungUpAtMs).toBeGreaterThan(0)
    expect(lab.nextSteps.get(lab.connection.callId)).toMatchObject({ verb: 'queue', target: 'support' })
  })

  test('leads from the welcome to the goodbye, through every state on the way', async () => {
    const lab = new CallLab({ hearsWords: false })
    const seen = states(lab)
    await lab.untilQuiet()
    lab.key('1')
    for (let i = 0; i < 40 && !lab.over; i++) {
      await lab.untilQuiet()
      const state = lab.info?.state
      if (state === 'identification') for (const key of '0612345678'.split('')) lab.key(key as '0')
      if (state === 'identification') await lab.untilQuiet()
      lab.key('1')
    }
    await lab.run(20_000)
    expect(lab.info?.outcome).toBe('goodbye')
    for (const state of ['identification', 'diagnostic', 'solution', 'verification', 'goodbye'])
      expect(seen).toContain(state)
    expect(lab.nextSteps.get(lab.connection.callId)).toMatchObject({ verb: 'hangup' })
  })
})

describe('what the operator sees of a call', () => {
  test('consecutive keys are one line of the caller, after the line that they interrupted', async () => {
    const lab = new CallLab({ hearsWords: false })
    const events: PublicCallEvent[] = []
    lab.registry.subscribe('all', (event) => events.push(event))
    await lab.run(1_500)
    lab.key('1')
    await lab.untilQuiet()
    for (const key of '061' as Iterable<'0'>) lab.key(key)
    const lines = lab.info!.transcript.map(({ who, text, cut }) => `${who}${cut ? ' cut' : ''}: ${text}`)
    expect(lines[0]).toStartWith('agent cut: ')
    expect(lines[1]).toBe('caller: ⌨ 1')
    expect(lines.at(-1)).toBe('caller: ⌨ 061')
    expect(events.flatMap((event) => (event.kind === 'key' ? [event.key] : [])).join('')).toBe('1061')
  })

  test('the latency of a key is measured from the key to the first frame, without stages that it skips', async () => {
    const lab = new CallLab({ hearsWords: false })
    await lab.untilQuiet()
    await lab.run(507)
    lab.key('1')
    await lab.untilQuiet()
    const { turn, firstFrame, ...others } = lab.info!.latencies[0]!
    expect(turn).toBeGreaterThan(0)
    expect(firstFrame).toBeWithin(0, 41)
    expect(Object.keys(others)).toEqual(['firstSentence'])
  })

  test('the agent’s line is reported when it begins, and again with what was heard of it', async () => {
    const lab = new CallLab({ hearsWords: false })
    await lab.untilQuiet()
    const told: string[] = []
    lab.registry.subscribe('all', (event) => {
      if (event.kind === 'transcript') told.push(`${event.isFinal ? 'said' : 'says'} ${event.text}`)
    })
    lab.key('1')
    await lab.run(200)
    expect(told).toEqual([expect.stringMatching(/^says .*[.?]$/)])
    await lab.untilQuiet()
    expect(told[1]).toBe(told[0]!.replace('says', 'said'))
  })
})

describe('the frames of a call', () => {
  test('a frame leaves every 20 ms from the first one to the end, silence included', async () => {
    const lab = new CallLab({ hearsWords: false })
    await lab.run(10_000)
    expect(lab.connection.frames).toBeGreaterThanOrEqual(499)
    expect(lab.connection.frames).toBeLessThanOrEqual(501)
    expect(lab.connection.audibleAtMs[0]).toBeLessThanOrEqual(20)
  })

  test('speech after silence leaves at once, and the phone gets a frame per 20 ms all the same', async () => {
    const lab = new CallLab({ hearsWords: false })
    await lab.untilQuiet()
    await lab.run(507)
    const { audibleAtMs } = lab.connection
    const before = audibleAtMs.length
    const pressedMs = lab.nowMs
    lab.key('1')
    expect(audibleAtMs.slice(before)).toEqual([pressedMs])
    let ahead = 0
    for (let i = 0; i < 500; i++) {
      await lab.run(20)
      ahead = Math.max(ahead, lab.connection.frames - lab.nowMs / 20)
    }
    expect(ahead).toBeLessThan(2)
    expect(lab.connection.frames).toBeWithin(lab.nowMs / 20 - 1, lab.nowMs / 20 + 1.1)
  })

  test('a key, and speech as soon as it is confirmed, stop the agent’s words within 40 ms', async () => {
    const loudness = (text: string): number => (text.startsWith('Bonjour') ? 1_000 : 2_000)
    const phrases = {
      find: (text: string) => ({ samples: new Int16Array(48_000).fill(loudness(text)), generation: 1 }),
      keep() {},
      changeVoice() {},
      isRepeated: () => false,
    }
    for (const how of ['key', 'speech'] as const) {
      const lab = new CallLab({ hearsWords: false, phrases })
      await lab.run(1_000)
      let decidedMs = Number.NaN
      lab.registry.subscribe('all', (event) => {
        if (event.kind === 'phase' && Number.isNaN(decidedMs) && lab.info?.phase !== 'speaking')
          decidedMs = lab.nowMs
      })
      if (how === 'key') lab.key('0')
      else await lab.mumbles(500)
      await lab.run(100)
      const { audibleAtMs, audibleSamples } = lab.connection
      const lastOld = audibleAtMs[audibleSamples.lastIndexOf(1_000)]
      expect(lastOld).toBeGreaterThan(900)
      expect(lastOld - decidedMs).toBeLessThanOrEqual(40)
      expect(lab.info?.transcript[0].cut).toBe(true)
    }
  })

  test('a caller who hangs up ends the work at once: no frame, no timer, no phrase after it', async () => {
    for (const atMs of [0, 20, 500, 3_000, 9_000]) {
      const lab = new CallLab()
      await lab.run(atMs)
      lab.hangUp()
      const { frames } = lab.connection
      expect(lab.registry.liveCalls).toBe(0)
      expect(lab.info?.outcome).toBe('hangup')
      await lab.run(5_000)
      expect(lab.connection.frames).toBe(frames)
      expect(lab.ticker.members).toBe(0)
      expect(lab.clock.pending).toBe(0)
    }
  })

  test('a connection that breaks sends the caller to the queue', async () => {
    const lab = new CallLab()
    await lab.run(2_000)
    lab.connection.destroy('peer stalled')
    expect(lab.info?.outcome).toBe('lost')
    expect(lab.nextSteps.get(lab.connection.callId)).toMatchObject({ verb: 'queue', target: 'support' })
  })
})

describe('words', () => {
  test('a caller who asks for a human is transferred', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    await lab.says('je veux parler à un conseiller')
    await lab.run(30_000)
    expect(lab.info?.outcome).toBe('transfer')
    expect(lab.transcript).toContain('caller: je veux parler à un conseiller')
  })

  test('every turn’s latency is measured from the end of speech to the first frame', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    await lab.says('ma box ne marche plus', 1_500)
    await lab.run(3_000)
    const latency = lab.info?.latencies[0]
    expect(latency?.endpointing).toBeWithin(700, 1_000)
    expect(latency?.firstFrame).toBeWithin(latency!.endpointing!, latency!.endpointing! + 40)
  })

  test('what the caller heard of a cut sentence ends at a word', async () => {
    const lab = new CallLab()
    await lab.run(1_500)
    await lab.says('non attendez je veux un conseiller')
    await lab.run(200)
    const first = lab.info!.transcript.find(({ who }) => who === 'agent')!
    expect(first.cut).toBe(true)
    expect(first.text.length).toBeWithin(5, 60)
    expect("Bonjour, ici l'assistant automatique du service après-vente de Wouippleul.").toStartWith(
      first.text,
    )
  })
})

describe('limits', () => {
  test('a call beyond MAX_CALLS hears the busy phrase, is hung up, and goes to the queue', async () => {
    const lab = new CallLab({ maxCalls: 1 })
    const second = lab.dial('11111111-2222-4333-8444-555555555555')
    await lab.run(3_000)
    expect(lab.registry.liveCalls).toBe(1)
    expect(second.audibleAtMs.length).toBe(100)
    expect(second.hungUpAtMs).toBeWithin(2_200, 2_400)
    expect(lab.nextSteps.get(second.callId)).toMatchObject({ verb: 'queue' })
  })

  test('while draining, new calls are refused and live ones finish', async () => {
    const lab = new CallLab()
    lab.registry.drain(true)
    const late = lab.dial('11111111-2222-4333-8444-555555555555')
    await lab.run(3_000)
    expect(late.hungUpAtMs).toBeGreaterThan(0)
    expect(lab.registry.liveCalls).toBe(1)
    let empty = false
    const done = lab.registry.empty().then(() => {
      empty = true
    })
    lab.registry.goodbyeAll()
    await lab.run(15_000)
    await done
    expect(empty).toBe(true)
    expect(lab.info?.outcome).toBe('goodbye')
  })

  test('a call that reaches maxCallMs ends with a goodbye', async () => {
    const lab = new CallLab({ agent: { maxCallMs: 30_000 } })
    await lab.run(75_000)
    expect(lab.info?.outcome).toBe('goodbye')
    expect(lab.connection.hungUpAtMs).toBeLessThan(61_000)
  })

  test('a call that comes back from the queue is known, and a call-back is offered', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    lab.key('0')
    await lab.run(30_000)
    expect(lab.info?.outcome).toBe('transfer')
    lab.connection = lab.dial(lab.connection.callId)
    await lab.run(9_000)
    expect(lab.transcript[0]).toContain('de nouveau')
  })
})

test('a call whose connection was lost is known when it comes back from a queue that did not answer', async () => {
  const lab = new CallLab()
  await lab.untilQuiet()
  lab.connection.destroy('peer stalled')
  expect(lab.info?.outcome).toBe('lost')
  lab.connection = lab.dial(lab.connection.callId)
  await lab.run(9_000)
  expect(lab.transcript[0]).toContain('de nouveau')
})

describe('when the voice fails', () => {
  test('the cached error line is spoken and the caller goes to a human', async () => {
    const cached = new CallLab().sessions.length
    expect(cached).toBe(1)
    const lab = new CallLab({
      tts: failingVoice(),
      phrases: {
        find: (text) =>
          text.includes('technique')
            ? { samples: new Int16Array(8_000).fill(1_000), generation: 1 }
            : undefined,
        keep() {},
        changeVoice() {},
        isRepeated: () => false,
      },
    })
    await lab.run(10_000)
    expect(lab.transcript.some((line) => line.includes('technique'))).toBe(true)
    expect(lab.info?.outcome).toMatch(/transfer|error/)
    expect(lab.nextSteps.get(lab.connection.callId)).toMatchObject({ verb: 'queue' })
  })

  test('when nothing at all can be spoken, the call still ends in the queue', async () => {
    const lab = new CallLab({
      tts: failingVoice(),
      phrases: { find: () => undefined, keep() {}, changeVoice() {}, isRepeated: () => false },
    })
    await lab.run(10_000)
    expect(lab.over).toBe(true)
    expect(lab.nextSteps.get(lab.connection.callId)).toMatchObject({ verb: 'queue' })
  })
})

describe('a defect ends its call at once, with the hang-up message and a transfer to humans,', () => {
  /** A call whose desk cannot look a phrase up, from a moment on. */
  function fragile() {
    const state = { isBroken: false }
    const errors: unknown[] = []
    const log: Log = { ...silentLog, with: () => log, error: (_text, fields) => errors.push(fields?.error) }
    const find = () => {
      if (state.isBroken) throw new Error('defect')
      return { samples: new Int16Array(1_600).fill(1_000), generation: 1 }
    }
    return {
      state,
      errors,
      lab: new CallLab({ log, phrases: { find, keep() {}, changeVoice() {}, isRepeated: () => false } }),
    }
  }
  const isOver = (lab: CallLab, errors: unknown[]) => {
    expect([lab.info?.outcome, lab.connection.hungUpAtMs !== undefined]).toEqual(['lost', true])
    expect([lab.registry.liveCalls, lab.ticker.members]).toEqual([0, 0])
    expect(lab.nextSteps.get(lab.connection.callId)).toMatchObject({ verb: 'queue' })
    expect(errors).toEqual(['Error: defect'])
  }

  test('when it happens in a timer', async () => {
    const { lab, state, errors } = fragile()
    await lab.untilQuiet()
    state.isBroken = true
    await lab.run(60_000)
    isOver(lab, errors)
  })

  test('when it happens on a key', async () => {
    const { lab, state, errors } = fragile()
    await lab.untilQuiet()
    state.isBroken = true
    lab.key('0')
    isOver(lab, errors)
  })

  test('when it happens on the first words', () => {
    const { lab, state, errors } = fragile()
    lab.hangUp()
    state.isBroken = true
    lab.connection = lab.dial('11111111-2222-4333-8444-555555555555')
    isOver(lab, errors)
  })
})

function failingVoice() {
  return {
    voice: 'none',
    // biome-ignore lint/correctness/useYield: a voice that fails before its first part
    async *parts() {
      throw new ProviderError('unavailable', 'gone')
    },
  }
}
