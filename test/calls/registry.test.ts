// What the registry remembers and forgets of a caller's number: real calls through the real dialogue.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { RingReader } from '../../src/audio/call-ring.ts'
import type { CallLog } from '../../src/calls/call-log.ts'
import { unannounced } from '../../src/calls/call-start.ts'
import { callDetailsSchema } from '../../src/recording/files.ts'
import { CallLab, LabConnection } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

const phone = '0612345678'

/** A call led by keys up to the read-back of its number. */
async function callThatGave(number: string, options: ConstructorParameters<typeof CallLab>[0] = {}) {
  const lab = new CallLab({ hearsWords: false, ...options })
  await lab.untilQuiet()
  lab.key('1')
  await lab.untilQuiet()
  for (const key of number) lab.key(key as '0')
  await lab.run(3_000)
  return lab
}

describe('the number of a caller', () => {
  test('counts as given while it is read back, and finds the live call', async () => {
    const lab = await callThatGave(phone)
    expect(lab.registry.liveOf(phone)).toEqual([lab.connection.callId])
    expect(lab.registry.liveOf('0687654321')).toEqual([])
    expect(lab.registry.forgetCaller(phone)).toEqual([])
    expect(lab.registry.isBeingWritten(lab.connection.callId)).toBe(true)
  })

  test('that was never confirmed is enough to forget the ended call', async () => {
    const lab = await callThatGave(phone)
    lab.hangUp()
    expect(lab.info?.outcome).toBe('hangup')
    expect(lab.registry.forgetCaller('0687654321')).toEqual([])
    expect(lab.registry.forgetCaller(phone)).toEqual([lab.connection.callId])
    expect(lab.info).toBeUndefined()
    expect(lab.registry.liveOf(phone)).toEqual([])
  })

  test('finds the ended call also when the caller took it back, as does the confirmed one', async () => {
    const lab = await callThatGave('0687654321')
    await lab.untilQuiet()
    lab.key('2')
    await lab.untilQuiet()
    for (const key of phone) lab.key(key as '0')
    await lab.untilQuiet()
    lab.key('1')
    await lab.untilQuiet()
    lab.hangUp()
    const { callId } = lab.connection
    expect(lab.registry.ofCaller('0687654321').map(({ id }) => id)).toEqual([callId])
    expect(lab.registry.ofCaller('0698765432')).toEqual([])
    expect(lab.registry.forgetCaller(phone)).toEqual([callId])
    expect(lab.registry.ofCaller('0687654321')).toEqual([])
  })
})

describe('the record', () => {
  test('is saved when the caller gave a number, and is unfinished until it is closed', async () => {
    const saved: string[][] = []
    const closed = Promise.withResolvers<void>()
    const lab = await callThatGave(phone, {
      recorder: () => ({
        caller() {},
        agent() {},
        allow() {},
        forbid() {},
        pause() {},
        save: (details: CallLog['details']) => void saved.push(details.numbers),
        close: () => closed.promise,
      }),
    })
    expect(saved.at(-1)).toEqual([phone])
    lab.hangUp()
    expect([lab.registry.liveCalls, lab.rings.used]).toEqual([0, 0])
    expect(lab.registry.isBeingWritten(lab.connection.callId)).toBe(true)
    closed.resolve()
    await lab.registry.empty()
    expect(lab.registry.isBeingWritten(lab.connection.callId)).toBe(false)
  })

  test('says which machine has the part before, and nothing of machines in a call that was on one', async () => {
    const lab = new CallLab({ hearsWords: false })
    const connection = new LabConnection('back', lab.clock, lab.clock.now())
    const known = { name: null, phone: null, topic: null, symptom: null, callBack: false }
    lab.registry.offer(connection, unannounced('fr', 'desk'), {
      ...{ known: { ...known, stepsDone: [], tried: [], notes: [] }, language: 'fr' },
      ...{ choice: null, noticeHeard: true, machine: 'http://10.0.0.11:8080' },
    })
    await lab.run(1_000)
    connection.destroy('gone')
    lab.hangUp()
    const [back, first] = lab.kept.map(({ details }) => callDetailsSchema.parse(details))
    expect(back?.partBefore).toBe('http://10.0.0.11:8080')
    expect(first).not.toHaveProperty('partBefore')
  })
})

test('a call whose session cannot be made leaves no file open and is not in the registry', async () => {
  let closes = 0
  const session: { createDetector?: () => never } = {}
  const lab = new CallLab({
    session,
    recorder: () => ({
      ...{ caller() {}, agent() {}, allow() {}, forbid() {}, pause() {}, save() {} },
      close: async () => void closes++,
    }),
  })
  lab.hangUp()
  closes = 0
  session.createDetector = () => {
    throw new Error('defect')
  }
  expect(() => lab.dial('another')).toThrow('defect')
  await lab.registry.empty()
  expect([closes, lab.registry.liveCalls, lab.registry.isBeingWritten('another')]).toEqual([1, 0, false])
  expect(lab.rings.used).toBe(0)
  expect(lab.nextSteps.get('another')).toMatchObject({ verb: 'queue' })
})

test('a closed registry refuses further calls without a phrase, for good', async () => {
  const lab = new CallLab()
  await lab.run(1_000)
  lab.registry.close()
  lab.registry.drain(false)
  const late = lab.dial(crypto.randomUUID())
  await lab.run(40)
  expect([late.frames, late.hungUpAtMs !== undefined, lab.registry.liveCalls]).toEqual([0, true, 1])
  expect(lab.nextSteps.get(late.callId)?.verb).toBe('queue')
  const before = lab.connection.frames
  await lab.run(1_000)
  expect(lab.connection.frames - before).toBeWithin(49, 52)
  lab.hangUp()
  await lab.registry.empty()
})

test('an overloaded server tells the page no words before they are final', async () => {
  let isHeld = true
  const lab = new CallLab({ holdsInterim: () => isHeld })
  const isFinal: boolean[] = []
  lab.registry.subscribe(lab.connection.callId, (event) => {
    if (event.kind === 'transcript' && event.who === 'caller') isFinal.push(event.isFinal)
  })
  await lab.untilQuiet()
  await lab.says('je n’ai plus internet')
  await lab.run(2_000)
  expect(isFinal).toEqual([true])
  isHeld = false
  await lab.untilQuiet()
  await lab.says('la box est allumée')
  await lab.run(2_000)
  expect([isFinal.includes(false), isFinal.at(-1)]).toEqual([true, true])
})

test("the caller's audio and the silence of a phone that sends nothing are in the ring, in time with the call", async () => {
  const lab = new CallLab()
  const reader = new RingReader(0, sharedOf(lab))
  await lab.run(1_000)
  expect(reader.written / 160).toBeWithin(49, 52)
  await lab.clock.run(2_000)
  // The first 80 ms without a frame may be jitter.
  expect(reader.written / 160).toBeWithin(145, 152)
})

function sharedOf(lab: CallLab): SharedArrayBuffer {
  const found: SharedArrayBuffer[] = []
  lab.rings.tellAll((_place, shared) => void found.push(shared))
  return found[0]!
}

test('until the call has an end of its own, the dialplan’s answer has what was found out', async () => {
  const lab = await callThatGave(phone)
  const { callId } = lab.connection
  expect(lab.nextSteps.get(callId)).toMatchObject({ verb: 'queue', variables: { VB_TOPIC: 'internet' } })
  expect(lab.nextSteps.get(callId)?.variables?.VB_PHONE).toBe('')
  await lab.untilQuiet()
  lab.key('1')
  await lab.untilQuiet()
  expect(lab.nextSteps.get(callId)).toMatchObject({
    verb: 'queue',
    variables: { VB_PHONE: phone, VB_TOPIC: 'internet', VB_OUTCOME: '' },
  })
})
