import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createLog } from '../../src/base/log.ts'
import { Metrics } from '../../src/base/metrics.ts'
import type { CallOutcome } from '../../src/call/events.ts'
import { CallLog } from '../../src/calls/call-log.ts'
import { callMetrics } from '../../src/calls/call-metrics.ts'
import { unannounced } from '../../src/calls/call-start.ts'
import { nextStepOf } from '../../src/calls/next-step.ts'
import type { Known } from '../../src/dialogue/types.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'

setDefaultTimeout(60_000)

const known: Known = {
  ...{ name: 'Anne Petit', phone: '0612345678', topic: 'internet' },
  ...{ symptom: null, stepsDone: [], tried: [], callBack: false, notes: [] },
}

const people = { verb: 'queue', target: 'support' } as const

function logOf(outcome: CallOutcome, showPrivate = false) {
  const lines: Record<string, unknown>[] = []
  const { log } = createLog({ level: 'info', showPrivate, write: (line) => lines.push(JSON.parse(line)) })
  const callLog = new CallLog(log, callMetrics(new Metrics()), {
    ...unannounced('fr', 'desk'),
    adapters: {},
    policy: 'off',
  })
  callLog.take({ kind: 'ended', outcome, reason: '', durationMs: 1_000 })
  return { callLog, lines, events: () => lines.map(({ event }) => event) }
}

describe('the dialplan’s answer after a call', () => {
  const table: [string, CallOutcome, boolean, string, string | undefined][] = [
    ['a goodbye', 'goodbye', false, 'hangup', undefined],
    ['a goodbye with a call-back', 'goodbye', true, 'hangup', '1'],
    ['a transfer', 'transfer', false, 'queue', undefined],
    ['a line lost after the call-back was promised', 'lost', true, 'queue', '1'],
    ['an error', 'error', false, 'queue', undefined],
  ]
  test.each(table)(
    '%s: the verb, and a call-back where one is wanted',
    (_title, outcome, callBack, verb, flag) => {
      const { callLog } = logOf(outcome)
      const step = nextStepOf(callLog.details, { ...known, callBack }, 'Internet.', people)
      expect(step.verb as string).toBe(verb)
      expect(step.variables?.VB_CALLBACK).toBe(flag as string)
      if (callBack) expect(step.variables).toMatchObject({ VB_PHONE: '0612345678', VB_NAME: 'Anne Petit' })
    },
  )

  test('when TRANSFER_DIAL names a phone, it is dialled', () => {
    const phone = { verb: 'dial', target: 'PJSIP/tech1' } as const
    expect(nextStepOf(logOf('transfer').callLog.details, known, 'Internet.', phone)).toMatchObject({
      ...phone,
      variables: { VB_NAME: 'Anne Petit' },
    })
  })

  test('after a goodbye without a call-back the dialplan learns nothing about the caller', () => {
    expect(nextStepOf(logOf('goodbye').callLog.details, known, 'Internet.', people)).toEqual({
      verb: 'hangup',
      target: '',
    })
  })
})

describe('a call-back that was promised', () => {
  test('is in the details, and stays in the record, with its number', () => {
    const { callLog } = logOf('goodbye')
    callLog.learn({ ...known, callBack: true })
    expect(callDetailsSchema.parse(callLog.details)).toMatchObject({ callBack: true, phone: '0612345678' })
  })

  test('is logged once, without number and name unless LOG_PRIVATE is 1', () => {
    const { callLog, lines, events } = logOf('goodbye')
    callLog.learn(known)
    expect(events()).not.toContain('call back wanted')
    callLog.learn({ ...known, callBack: true })
    callLog.learn({ ...known, callBack: true })
    expect(events().filter((event) => event === 'call back wanted').length).toBe(1)
    expect(JSON.stringify(lines)).not.toMatch(/0612345678|Anne/)
    const open = logOf('goodbye', true)
    open.callLog.learn({ ...known, callBack: true })
    expect(JSON.stringify(open.lines)).toContain('0612345678')
  })
})
