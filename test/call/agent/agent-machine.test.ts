import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { step } from '../../../src/call/agent/agent-machine.ts'
import {
  type AgentEffect,
  type AgentInput,
  type AgentState,
  agentDefaults,
  createAgent,
  wakeAtMs,
} from '../../../src/call/agent/state.ts'
import type { Expect, Line } from '../../../src/dialogue/types.ts'

setDefaultTimeout(60_000)

const open: Expect = { kind: 'open', noInputMs: 7_000, keyterms: [] }
const yesNo: Expect = { kind: 'yesNo', noInputMs: 7_000, keyterms: [] }
const line = (text: string, uninterruptible = false): Line => ({ text, name: text, uninterruptible })

/** Drives the machine by hand: inputs with times, and every wake it asked for in between. */
class Driver {
  state: AgentState
  now = 0
  log: string[] = []
  turn = 0
  constructor(hearsWords = true, maxCallMs = 900_000) {
    this.state = createAgent({ ...agentDefaults, hearsWords, language: 'fr', maxCallMs }, 0)
  }
  in(input: AgentInput): this {
    const [state, effects] = step(this.state, input, this.now)
    this.state = state
    for (const effect of effects) this.log.push(`${this.now} ${tell(effect)}`)
    this.turn = state.turn
    return this
  }
  to(ms: number): this {
    for (let at = wakeAtMs(this.state); at !== undefined && at <= ms; at = wakeAtMs(this.state)) {
      this.now = Math.max(this.now, at)
      const before = this.state
      this.in({ kind: 'wake' })
      if (this.state === before) throw new Error('a wake that changes nothing would spin')
    }
    this.now = ms
    return this
  }
  reply(lines: Line[], expect_: Expect = open, end?: 'goodbye' | 'transfer'): this {
    return this.in({ kind: 'reply', turn: this.turn, lines, done: { expect: expect_, end } })
  }
  begun(index: number): this {
    return this.in({ kind: 'lineBegun', turn: this.turn, index })
  }
  ended(index: number): this {
    return this.in({ kind: 'lineEnded', turn: this.turn, index })
  }
  speech(): this {
    return this.in({ kind: 'speech', atMs: this.now })
  }
  /** The voice has lasted long enough to interrupt. */
  confirmed(): this {
    return this.in({ kind: 'confirmed' })
  }
  silence(): this {
    return this.in({ kind: 'silence', atMs: this.now })
  }
  text(text: string, isFinal = true): this {
    return this.in({ kind: 'transcript', text, isFinal })
  }
  take(): string[] {
    const log = this.log
    this.log = []
    return log
  }
}

function tell(effect: AgentEffect): string {
  switch (effect.kind) {
    case 'respond': {
      const { cause } = effect
      const what = cause.kind === 'words' ? cause.text : cause.kind === 'key' ? cause.key : ''
      return `respond ${effect.turn} ${cause.kind} ${what}`.trim()
    }
    case 'speak':
      return `speak ${effect.turn}.${effect.index} ${effect.line.text}`
    case 'stop':
      return `stop ${effect.turn} ${effect.why}`
    case 'end':
      return `end ${effect.outcome}`
    case 'fill':
    case 'resume':
      return `${effect.kind} ${effect.turn}`
    case 'expect':
      return `expect ${effect.expect.kind}`
    case 'prepare':
    case 'overheard':
      return `${effect.kind} ${effect.text}`
    case 'finalize':
    case 'unprepare':
      return effect.kind
  }
}

/** A call whose welcome was played to the end; the agent has been listening since 1 000 ms. */
function listening(hearsWords = true): Driver {
  const d = new Driver(hearsWords).in({ kind: 'start' })
  d.reply([line('bonjour')])
    .begun(0)
    .to(1_000)
    .ended(0)
  d.take()
  return d
}

/** A call whose agent has been speaking two lines since 1 000 ms. */
function speaking(hearsWords = true, expectNext = open): Driver {
  const d = listening(hearsWords).to(2_000).in({ kind: 'key', key: '1' })
  d.reply([line('un'), line('deux')], expectNext).begun(0)
  d.take()
  return d
}

describe('a call begins and ends', () => {
  test('the start asks for the first reply, speaks it, and listens when it was played', () => {
    const d = new Driver().in({ kind: 'start' })
    expect(d.take()).toEqual(['0 respond 1 start'])
    d.reply([line('bonjour'), line('je vous écoute')])
    expect(d.take()).toEqual(['0 speak 1.0 bonjour', '0 speak 1.1 je vous écoute', '0 expect open'])
    d.begun(0).ended(0).begun(1)
    expect(d.state.phase).toBe('speaking')
    d.ended(1)
    expect(d.state.phase).toBe('listening')
  })

  test('a reply with an end ends the call after its last line, and nothing comes after it', () => {
    const d = listening().in({ kind: 'key', key: '0' })
    d.reply([line('au revoir', true)], open, 'goodbye').begun(0)
    d.take()
    d.ended(0)
    expect(d.take()).toEqual(['1000 end goodbye'])
    d.in({ kind: 'key', key: '1' }).speech().text('allô').to(900_000_000)
    expect(d.take()).toEqual([])
    expect(wakeAtMs(d.state)).toBeUndefined()
  })

  test('a reply of no words and no end listens at once', () => {
    const d = listening().in({ kind: 'key', key: '6' }).reply([])
    expect(d.state.phase).toBe('listening')
  })

  test('a late reply, line or end of a turn that is over changes nothing', () => {
    const d = listening().in({ kind: 'key', key: '1' }).in({ kind: 'key', key: '2' })
    const before = d.state
    d.in({ kind: 'reply', turn: before.turn - 1, lines: [line('trop tard')], done: { expect: open } })
    d.in({ kind: 'lineBegun', turn: before.turn - 1, index: 0 }).in({
      kind: 'lineEnded',
      turn: before.turn - 1,
      index: 0,
    })
    expect(d.state).toEqual(before)
  })

  test('when maxCallMs is over, the goodbye starts, and the call ends whatever happens', () => {
    const d = new Driver(true, 60_000)
      .in({ kind: 'start' })
      .reply([line('bonjour')])
      .begun(0)
      .ended(0)
    d.take()
    for (let ms = 5_000; ms < 60_000; ms += 5_000) d.to(ms).speech().silence().text('et puis')
    d.take()
    d.to(60_000)
    expect(d.take().at(-1)).toMatch(/^60000 respond \d+ timeUp$/)
    d.to(95_000)
    expect(d.take()).toEqual(['90000 end goodbye'])
  })

  test('when the caller hangs up, everything is stopped and nothing comes after', () => {
    const d = speaking().in({ kind: 'closed' })
    expect(d.take().map((entry) => entry.split(' ')[1])).toEqual(['stop'])
    expect(d.in({ kind: 'key', key: '1' }).take()).toEqual([])
  })
})

describe('the turn is the caller’s', () => {
  test('words and 800 ms of silence end an open turn', () => {
    const d = listening().to(2_000).speech().to(3_000).silence().text('ma box est en panne')
    d.to(3_799)
    expect(d.take()).toEqual([])
    d.to(3_800)
    expect(d.take()).toEqual(
      ['3800 respond 3 words ma box est en panne'].map((s) => s.replace('3 words', '2 words')),
    )
  })

  const silences = [
    ['open', 800],
    ['yesNo', 450],
    ['choice', 500],
    ['number', 1_400],
  ] as const
  for (const [kind, ms] of silences)
    test(`a turn where ${kind} is expected ends after ${ms} ms of silence`, () => {
      const d = listening()
        .in({ kind: 'key', key: '1' })
        .reply([], { ...open, kind })
      d.take()
      d.to(2_000).speech().to(2_600).silence().text('oui')
      d.to(2_600 + ms - 1)
      expect(d.take()).toEqual([])
      d.to(2_600 + ms)
      expect(d.take()).toEqual([`${2_600 + ms} respond 3 words oui`])
    })

  test('the recogniser’s verdict ends a turn at once, except while a number is dictated', () => {
    const d = listening().to(2_000).speech().to(2_600).silence().text('oui').in({ kind: 'verdict' })
    expect(d.take()).toEqual(['2600 respond 2 words oui'])
    const n = listening()
      .in({ kind: 'key', key: '1' })
      .reply([], { ...open, kind: 'number' })
    n.take()
    n.to(2_000).speech().to(2_600).silence().text('zéro six').in({ kind: 'verdict' }).to(3_599)
    expect(n.take()).toEqual([])
    n.to(3_600)
    expect(n.take()).toEqual(['3600 respond 3 words zéro six'])
  })

  test('a verdict that came before newer words expires, and silence ends the turn', () => {
    const d = listening().to(2_000).speech().text('ma box').in({ kind: 'verdict' })
    d.to(2_500).text('ne marche', false).to(2_600).silence().text('ne marche plus')
    expect(d.take()).toEqual([])
    d.to(3_400)
    expect(d.take()).toEqual(['3400 respond 2 words ma box ne marche plus'])
  })

  test('speech that goes on keeps the turn, and its parts are joined', () => {
    const d = listening().to(2_000).speech().to(2_600).silence().text('ma box').to(3_000).speech()
    d.to(4_000).silence().text('clignote').to(4_800)
    expect(d.take()).toEqual(['4800 respond 2 words ma box clignote'])
  })

  test('the recogniser is asked to finalize an interim text, which is used as it is when it does not', () => {
    const d = listening().to(2_000).speech().text('ma bo', false).to(2_600).silence().to(4_500)
    expect(d.take()).toEqual(['3400 finalize', '4100 respond 2 words ma bo'])
  })

  test('a final text that comes after its interim text was used does not count twice', () => {
    const d = listening().to(2_000).speech().text('ma box', false).to(2_600).silence().to(4_100)
    d.take()
    d.text('ma box')
    expect(d.take()).toEqual([])
    d.reply([line('je vois')])
      .begun(0)
      .text('ma box')
    expect(d.take().filter((entry) => entry.includes('stop'))).toEqual([])
  })

  test('speech without text is unheard, a cough is nothing', () => {
    const d = listening().to(2_000).speech().to(3_000).silence().to(5_299)
    expect(d.take()).toEqual(['3800 finalize'])
    d.to(5_300)
    expect(d.take()).toEqual(['5300 respond 2 unheard'])
    const cough = listening().to(2_000).speech().to(2_100).silence().to(9_000)
    expect(cough.take().filter((entry) => entry.includes('respond'))).toEqual([])
  })

  test('without a recogniser speech is unheard as soon as the silence is long enough', () => {
    const d = listening(false).to(2_000).speech().to(3_000).silence().to(3_800)
    expect(d.take()).toEqual(['3800 respond 2 unheard'])
  })

  test('a reply is prepared when the turn is probably over, and cancelled when the caller speaks on', () => {
    const d = listening().to(2_000).speech().text('ma box', false).in({ kind: 'eager', text: 'ma box' })
    expect(d.take()).toEqual(['2000 prepare ma box'])
    d.in({ kind: 'turnResumed' })
    expect(d.take()).toEqual(['2000 unprepare'])
    expect(speaking().in({ kind: 'eager', text: 'oui' }).take()).toEqual([])
  })

  test('no input for noInputMs after the agent’s last word is silence', () => {
    const d = listening()
    d.to(7_999)
    expect(d.take()).toEqual([])
    d.to(8_000)
    expect(d.take()).toEqual(['8000 respond 2 silence'])
  })

  test('the caller speaks on while the model thinks: both parts are one turn', () => {
    const d = listening().to(2_000).speech().to(2_600).silence().text('ma box').to(3_400)
    expect(d.take()).toEqual(['3400 respond 2 words ma box'])
    d.to(3_500).speech().to(4_100).confirmed()
    expect(d.take()).toEqual(['4100 stop 2 speaksOn'])
    d.to(4_300).silence().text('est en panne').to(5_100)
    expect(d.take()).toEqual(['5100 respond 3 words ma box est en panne'])
  })

  test('a slow reply is bridged once', () => {
    const d = listening().to(2_000).speech().to(2_600).silence().text('ma box').to(3_400)
    d.take()
    d.to(4_100)
    expect(d.take()).toEqual(['4100 fill 2'])
    d.to(9_000)
    expect(d.take()).toEqual([])
  })
})

describe('barge-in', () => {
  test('a key interrupts the agent in the same step and is a turn of its own', () => {
    const d = speaking().to(2_500).in({ kind: 'key', key: '2' })
    expect(d.take()).toEqual(['2500 stop 2 key', '2500 respond 3 key 2'])
  })

  test('a voice longer than a backchannel interrupts, and a repeated confirmation changes nothing', () => {
    const d = speaking().to(3_000).speech().to(3_600).confirmed().confirmed()
    expect(d.take()).toEqual(['3600 stop 2 bargeIn'])
    const short = speaking().to(3_000).speech().to(3_300).silence().to(4_000)
    expect(short.take().filter((entry) => entry.includes('stop'))).toEqual([])
  })

  test('a voice that began before the agent’s interrupts as well', () => {
    const d = listening().to(2_000).speech().in({ kind: 'key', key: '1' })
    d.reply([line('un'), line('deux')]).begun(0)
    d.take()
    d.to(2_800).confirmed()
    expect(d.take()).toEqual(['2800 stop 2 bargeIn'])
  })

  test('words that are more than a backchannel interrupt at once', () => {
    const d = speaking().to(3_000).speech().to(3_200).text('non attendez', false)
    expect(d.take()).toEqual(['3200 stop 2 bargeIn'])
  })

  test.each(['oui', 'hm', "d'accord", 'ok très bien'])('"%s" alone does not cut', (text) => {
    const d = speaking().to(3_000).speech().to(3_400).silence().text(text).to(6_000)
    expect(d.take().filter((entry) => entry.includes('stop') || entry.includes('respond'))).toEqual([])
    expect(d.state.phase).toBe('speaking')
  })

  test('a yes over the last words of a yes-or-no question is the answer', () => {
    const d = speaking(true, yesNo).ended(0).begun(1).to(3_000).speech().to(3_300).silence().text('oui')
    d.to(3_500).ended(1).to(4_000)
    expect(d.take()).toEqual(['3750 respond 3 words oui'])
  })

  test('words that the detector missed interrupt as well, once they are final and not the agent’s echo', () => {
    const d = speaking().to(3_000).text('non attendez', false)
    expect(d.take()).toEqual([])
    d.text('un')
    expect(d.take()).toEqual([])
    d.text('non attendez')
    expect(d.take()).toEqual(['3000 stop 2 bargeIn'])
    d.to(4_000)
    expect(d.take()).toEqual(['3800 respond 3 words non attendez'])
  })

  test('a false interruption resumes at the start of the cut line, once', () => {
    const d = speaking().to(2_500).ended(0).begun(1).to(3_000).speech().to(3_600).confirmed()
    expect(d.take()).toEqual(['3600 stop 2 bargeIn'])
    d.to(3_700).silence().to(5_099)
    expect(d.take().filter((entry) => entry.includes('resume'))).toEqual([])
    d.to(5_100)
    expect(d.take()).toEqual(['5100 speak 3.0 deux', '5100 resume 3'])
    d.begun(0).to(6_000).speech().to(6_600).confirmed()
    expect(d.take()).toEqual(['6600 stop 3 bargeIn'])
    d.to(6_900).silence().to(20_000)
    expect(d.take().filter((entry) => entry.includes('resume'))).toEqual([])
  })

  test('words after an interruption are the caller’s turn, and nothing resumes', () => {
    const d = speaking()
      .to(3_000)
      .speech()
      .to(3_600)
      .confirmed()
      .to(4_000)
      .text('je veux un conseiller')
      .to(4_200)
      .silence()
      .to(5_500)
    expect(d.take()).toEqual(['3600 stop 2 bargeIn', '5000 respond 3 words je veux un conseiller'])
  })

  test('neither speech, words nor keys interrupt an uninterruptible line', () => {
    const d = listening()
      .in({ kind: 'key', key: '0' })
      .reply([line('au revoir', true)], open, 'goodbye')
      .begun(0)
    d.take()
    d.to(2_000)
      .speech()
      .to(3_500)
      .confirmed()
      .text('attendez non')
      .in({ kind: 'key', key: '1' })
      .silence()
      .to(4_000)
    expect(d.take()).toEqual([])
    expect(d.state.phase).toBe('speaking')
  })

  test('the operator’s words interrupt, and the agent listens again after them', () => {
    const d = speaking().in({ kind: 'operatorSays', line: line('un instant') })
    expect(d.take()).toEqual(['2000 stop 2 operator', '2000 speak 3.0 un instant'])
    d.begun(0).ended(0)
    expect(d.state.phase).toBe('listening')
  })
})

describe('late words and lookups', () => {
  test('words that arrive after the agent said it had heard none are the turn', () => {
    const d = listening().speech().to(2_000).silence().to(5_000)
    expect(d.take().at(-1)).toContain('unheard')
    d.reply([line('je vous ai mal entendu')]).begun(0)
    d.take()
    d.text('ma box').text('ne marche plus')
    expect(d.take()).toEqual(['5000 stop 2 speaksOn'])
    d.to(5_800)
    expect(d.take()).toEqual(['5800 respond 3 words ma box ne marche plus'])
  })

  test('words may take 2.5 s longer while the recogniser reconnects', () => {
    const d = listening().speech().text('ma', false).to(2_000).silence().to(2_500)
    d.in({ kind: 'recogniser', late: true }).to(5_900)
    expect(d.take()).toEqual(['2800 finalize'])
    d.text('ma box ne marche plus')
    expect(d.take()).toEqual(['5900 respond 2 words ma box ne marche plus'])
    const gone = listening()
      .speech()
      .text('ma', false)
      .to(2_000)
      .silence()
      .in({ kind: 'recogniser', late: true })
      .to(4_000)
    gone.in({ kind: 'recogniser', late: false })
    expect(gone.take().at(-1)).toBe('4000 respond 2 words ma')
    const silent = listening().speech().to(2_000).silence().in({ kind: 'recogniser', late: true }).to(6_900)
    expect(silent.take().at(-1)).toEndWith('respond 2 unheard')
  })

  test('a finished lookup is announced at once while the agent listens, else at the next pause', () => {
    expect(listening().in({ kind: 'lookupDone' }).take()).toEqual(['1000 respond 2 lookupDone'])
    const d = speaking().in({ kind: 'lookupDone' })
    expect(d.take()).toEqual([])
    d.begun(1).ended(1)
    expect(d.take()).toEqual(['2000 respond 3 lookupDone'])
    const caller = listening().speech().in({ kind: 'lookupDone' }).to(1_100).silence()
    expect(caller.take()).toEqual([])
    caller.to(4_000)
    expect(caller.take().at(-1)).toEndWith('respond 2 lookupDone')
  })
})

test('no order of inputs makes the machine throw, spin or act after its end', () => {
  let seed = 7
  const random = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % n
  }
  for (let round = 0; round < 300; round++) {
    const d = new Driver(random(2) === 0, 60_000).in({ kind: 'start' })
    for (let i = 0; i < 60; i++) {
      const inputs: (() => unknown)[] = [
        () => d.speech(),
        () => d.confirmed(),
        () => d.silence(),
        () => d.text(['oui', 'non', 'ma box', ''][random(4)], random(2) === 0),
        () => d.in({ kind: 'verdict' }),
        () => d.in({ kind: 'lookupDone' }),
        () => d.in({ kind: 'recogniser', late: random(2) === 0 }),
        () => d.in({ kind: 'key', key: '1' }),
        () =>
          d.reply([line('a'), line('b')].slice(0, random(3)), open, random(8) === 0 ? 'goodbye' : undefined),
        () => d.begun(random(2)),
        () => d.ended(random(2)),
        () => d.in({ kind: 'operator', wants: 'transfer' }),
      ]
      inputs[random(inputs.length)]()
      d.to(d.now + random(900))
    }
    d.to(d.now + 120_000)
    expect(d.state.phase).toBe('ended')
  }
})

describe('a typed turn', () => {
  const begun = () =>
    new Driver()
      .in({ kind: 'start' })
      .reply([line('Bonjour')])
      .begun(0)
  const typed = (text: string) => ({ kind: 'typed', text }) as const

  test('is answered at once when the agent listens', () => {
    const driver = begun().ended(0).to(500)
    driver.log = []
    expect(driver.in(typed('ma box')).log[0]).toContain('respond')
    expect(driver.state).toMatchObject({ phase: 'thinking', callerText: 'ma box' })
  })

  test('interrupts the agent', () => {
    const driver = begun().to(300)
    const before = driver.turn
    driver.in(typed('un technicien'))
    expect(driver.state).toMatchObject({ phase: 'thinking', turn: before + 1, callerText: 'un technicien' })
  })

  test('completes the words that are being answered, and those being said', () => {
    const driver = begun().ended(0).in(typed('ma box')).in(typed('ne marche plus'))
    expect(driver.state.callerText).toBe('ma box ne marche plus')
    const speaking = begun().ended(0).speech().in({ kind: 'transcript', text: 'allô', isFinal: false })
    expect(speaking.in(typed('bonjour')).state.callerText).toBe('allô bonjour')
  })

  test('waits for the end of words that may not be interrupted, and is then answered', () => {
    const driver = new Driver()
      .in({ kind: 'start' })
      .reply([line('Notice', true)])
      .begun(0)
      .to(100)
    driver.in(typed('ma box'))
    expect(driver.state.phase).toBe('speaking')
    driver.to(2_000).ended(0)
    expect(driver.state).toMatchObject({ phase: 'thinking', callerText: 'ma box' })
  })

  test('after the end of the call changes nothing', () => {
    const driver = begun().in({ kind: 'closed' })
    const before = driver.state
    expect(driver.in(typed('ma box')).state).toBe(before)
  })
})
