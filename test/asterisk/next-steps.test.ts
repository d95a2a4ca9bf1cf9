import { describe, expect, test } from 'bun:test'
import { createNextSteps, type NextStep } from '../../src/asterisk/next-steps.ts'
import { FakeClock } from '../support/lab/fake-clock.ts'

const callId = '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01'

/** The lines that the dialplan reads for a step. */
function linesOf(step: NextStep): string {
  const steps = createNextSteps({ clock: new FakeClock() })
  steps.set(callId, step)
  return steps.get(callId)
}

/** What a channel variable holds of `said`. */
function variableOf(said: string): string {
  const [, value] = /^queue\|q\nSAID=([^\n]*)\n$/.exec(
    linesOf({ verb: 'queue', target: 'q', variables: { SAID: said } }),
  )!
  return value
}

describe('next step', () => {
  test.each([
    [{ verb: 'queue', target: 'support' }, 'queue|support\n'],
    [{ verb: 'dial', target: 'PJSIP/tech1' }, 'dial|PJSIP/tech1\n'],
    [{ verb: 'hangup', target: 'ignored' }, 'hangup|\n'],
    [{ verb: 'dial', target: 'PJSIP/tech1,20,g)' }, 'queue|\n'],
    [{ verb: 'queue', target: 'support|x' }, 'queue|\n'],
    [
      { verb: 'queue', target: 'support', variables: { BOT_NAME: 'Zoé Le Gall', BOT_PHONE: '0612345678' } },
      'queue|support\nBOT_NAME=Zoé Le Gall\nBOT_PHONE=0612345678\n',
    ],
    [
      { verb: 'queue', target: 'support', variables: { 'X)': 'no', lower: 'no', OK: 'yes' } },
      'queue|support\nOK=yes\n',
    ],
  ] as const)('%j is formatted as its lines', (step, text) => {
    expect(linesOf(step)).toBe(text)
  })

  test.each([
    ['a\nVERB=hangup', 'a VERB hangup'],
    ['$' + '{SHELL(rm -rf /)}', 'SHELL rm -rf /'],
    ['x|y,z;"q"\'r\\s', 'x y z q r s'],
    ['$[1+1] `id` <a> & %0a', '1+1 id a 0a'],
    ['  Jérôme   d’Aÿ  ', 'Jérôme d Aÿ'],
    ['a'.repeat(500), 'a'.repeat(200)],
    ['\u0000\u2028\u2029\r\n', ''],
  ])('%j becomes harmless to the dialplan', (said, value) => {
    expect(variableOf(said)).toBe(value)
  })

  test('no character that Asterisk reads as syntax passes, whatever was said', () => {
    let all = ''
    for (let code = 0; code < 0x3000; code++) all += String.fromCharCode(code)
    for (let at = 0; at < all.length; at += 150)
      expect(variableOf(all.slice(at, at + 150))).not.toMatch(/[\n\r|,$"'`;(){}[\]\\&<>=%\u2028\u2029]/)
  })
})

describe('store of next steps', () => {
  test('an answer is kept for five minutes and is the same each time', () => {
    const clock = new FakeClock()
    const steps = createNextSteps({ clock })
    steps.set(callId, { verb: 'hangup', target: '' })
    clock.advance(299_999)
    expect([steps.get(callId), steps.get(callId.toUpperCase())]).toEqual(['hangup|\n', 'hangup|\n'])
    clock.advance(1)
    expect(steps.has(callId)).toBe(false)
    expect(steps.size).toBe(0)
  })

  test('an unknown call goes to the default queue', () => {
    const steps = createNextSteps({ clock: new FakeClock(), defaultQueue: 'people' })
    expect(steps.get(callId)).toBe('queue|people\n')
  })

  test('setting an answer again replaces it and restarts its time limit', () => {
    const clock = new FakeClock()
    const steps = createNextSteps({ clock, keepMs: 100 })
    steps.set(callId, { verb: 'hangup', target: '' })
    clock.advance(60)
    steps.set(callId, { verb: 'queue', target: 'support' })
    clock.advance(60)
    expect(steps.get(callId)).toBe('queue|support\n')
  })

  test('the oldest answer is evicted when the store is full', () => {
    const steps = createNextSteps({ clock: new FakeClock(), capacity: 2 })
    for (const id of ['a', 'b', 'c']) steps.set(id, { verb: 'hangup', target: '' })
    expect(['a', 'b', 'c'].map((id) => steps.has(id))).toEqual([false, true, true])
    expect(steps.size).toBe(2)
  })

  describe('a server that stops waits', () => {
    const end = { verb: 'hangup', target: '' } as const
    const waitsMs = async (given: (steps: ReturnType<typeof createNextSteps>, clock: FakeClock) => void) => {
      const clock = new FakeClock()
      const steps = createNextSteps({ clock })
      given(steps, clock)
      const fromMs = clock.now()
      let doneMs: number | undefined
      const waiting = steps.allAsked(3_000).then(() => {
        doneMs = clock.now() - fromMs
      })
      for (let ms = 0; ms < 4_000; ms += 20) {
        await clock.run(20)
        if (ms === 500) steps.get('b')
      }
      await waiting
      return doneMs
    }

    test('until every dialplan whose call has ended has asked', async () => {
      const given = (steps: ReturnType<typeof createNextSteps>) => {
        for (const id of ['a', 'b', 'c']) steps.set(id, end, true)
        for (const id of ['c', 'A']) steps.get(id)
      }
      expect(await waitsMs(given)).toBe(520)
    })

    test('no longer than the limit for one that never asks', async () => {
      expect(await waitsMs((steps) => steps.set('a', end, true))).toBe(3_000)
    })

    test.each([
      ['live calls', (steps) => steps.set('a', end)],
      [
        'one that never asked when it was time',
        (steps, clock) => {
          steps.set('a', end, true)
          clock.advance(3_000)
        },
      ],
      ['nobody', () => {}],
    ] as [string, Parameters<typeof waitsMs>[0]][])('not for %s', async (_title, given) => {
      expect(await waitsMs(given)).toBe(0)
    })
  })
})
