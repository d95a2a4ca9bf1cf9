// A machine that died and is back learns which other one went on with its calls.

import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FoundRecording } from '../../src/recording/everywhere.ts'
import { callRecordSchema } from '../../src/recording/files.ts'
import { ForgottenCalls } from '../../src/recording/forgotten.ts'
import { linkLostParts } from '../../src/recording/parts.ts'

const callId = 'aaaaaaaa-1c3e-4f60-8a11-2f4be0c39d01'
const day = '2026-11-23'
let dir = ''
let forgotten: ForgottenCalls
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parts-'))
  forgotten = new ForgottenCalls()
  await mkdir(join(dir, day))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const recordAt = (startedAt: string, more: object = {}) =>
  callRecordSchema.parse({
    ...{ version: 1, id: callId, callId, durationMs: 60_000, outcome: 'lost' },
    ...{ startedAt: `2026-11-23T${startedAt}.000Z`, endedAt: '2026-11-23T10:00:00.000Z' },
    audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null },
    ...more,
  })
const path = () => join(dir, day, `${callId}.json`)
const onDisk = async () => callRecordSchema.parse(await Bun.file(path()).json())
const put = (more: object = {}) => Bun.write(path(), JSON.stringify(recordAt('09:00:00', more)))

const part = (machine: string, startedAt: string, more: object = {}): FoundRecording => ({
  ...{ key: 1, day, audio: 'raw', stage: 'whole', machine },
  record: recordAt(startedAt, { outcome: 'goodbye', ...more }),
})
const link = (parts: FoundRecording[] | (() => Promise<FoundRecording[]>), isLive = false) =>
  linkLostParts({
    ...{ dir, forgotten, isBeingWritten: () => isLive },
    partsOf: typeof parts === 'function' ? parts : async () => parts,
  })

test('the record names the machine with the next part, of several the first', async () => {
  await put()
  const parts = [
    part('http://c', '09:20:00', { partBefore: 'http://b' }),
    part('http://b', '09:01:00', { partBefore: 'http://a', numbers: ['0612345678'] }),
    part('http://a', '09:00:00'),
  ]
  expect(await link(parts)).toBe(1)
  expect(await onDisk()).toEqual(recordAt('09:00:00', { partAfter: 'http://b', numbers: ['0612345678'] }))
  expect(await link(parts)).toBe(0)
})

test.each([
  ['no machine has another part', {}, [part('http://a', '09:00:00')]],
  ['the other part is of an earlier time', {}, [part('http://b', '08:00:00', { partBefore: 'http://c' })]],
  ['the other machine had no part before', {}, [part('http://b', '09:01:00')]],
  [
    'the call was not lost',
    { outcome: 'goodbye' },
    [part('http://b', '09:01:00', { partBefore: 'http://a' })],
  ],
  ['the call still runs', { endedAt: null }, [part('http://b', '09:01:00', { partBefore: 'http://a' })]],
])('nothing changes where %s', async (_, more, parts) => {
  await put(more)
  expect(await link(parts)).toBe(0)
  expect(await onDisk()).toEqual(recordAt('09:00:00', more))
})

test('nothing changes in a record that is being written', async () => {
  await put()
  expect(await link([part('http://b', '09:01:00', { partBefore: 'http://a' })], true)).toBe(0)
})

test('a call that is erased while the others are asked stays erased', async () => {
  await put()
  const erase = async () => {
    forgotten.add(callId)
    await rm(path())
    return [part('http://b', '09:01:00', { partBefore: 'http://a' })]
  }
  expect(await link(erase)).toBe(0)
  expect(await Bun.file(path()).exists()).toBe(false)
})
