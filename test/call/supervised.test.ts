import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { supervisorMark } from '../../src/call/history.ts'
import type { Supervisor } from '../../src/call/supervision.ts'
import type { PublicCallEvent } from '../../src/calls/views.ts'
import { CallLab, frenchTexts } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

const voice = new Int16Array(160).fill(3_000)

/** Takes the lab's call over. */
function takeOver(lab: CallLab) {
  const state = { ended: 0 }
  const supervisor = lab.registry.takeOver(lab.connection.callId, () => {
    state.ended++
  })
  return { supervisor: supervisor!, state }
}

/** The supervisor speaks for so many frames, one per tick. */
async function speaks(lab: CallLab, supervisor: Supervisor, frames: number): Promise<void> {
  for (let i = 0; i < frames; i++) {
    supervisor.audio(voice)
    await lab.run(20)
  }
}

/** Says something and waits for the answer to end. */
async function answers(lab: CallLab, text: string): Promise<void> {
  const { turn } = lab.info!
  await lab.says(text)
  while (lab.info!.turn === turn) await lab.run(20)
  await lab.untilQuiet()
}

const heardFrom = (lab: CallLab, fromMs: number): Set<number> =>
  new Set(lab.connection.audibleSamples.filter((_, i) => lab.connection.audibleAtMs[i]! > fromMs))

const textsOf = (line: string): string[] => [frenchTexts.lines[line]!].flat()

describe('a supervisor who takes a call over', () => {
  test('is heard by the caller in the bot’s place, which falls silent within a frame', async () => {
    const lab = new CallLab()
    await lab.run(1_000)
    const { supervisor } = takeOver(lab)
    const fromMs = lab.nowMs + 20
    await speaks(lab, supervisor, 50)
    expect([...heardFrom(lab, fromMs)]).toEqual([3_000])
    expect(lab.connection.audibleAtMs.filter((atMs) => atMs > fromMs).length).toBeGreaterThanOrEqual(45)
    expect(lab.connection.frames).toBeWithin(lab.nowMs / 20 - 1, lab.nowMs / 20 + 1.1)
    expect(lab.info!.phase).toBe('supervised')
  })

  test('the caller’s words go to the transcript, which says where the supervisor began, and nothing answers', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const { supervisor } = takeOver(lab)
    await speaks(lab, supervisor, 20)
    await lab.says('ma box internet ne marche plus')
    await lab.run(30_000)
    expect(lab.transcript.slice(-2)).toEqual([
      `agent: ${supervisorMark}`,
      'caller: ma box internet ne marche plus',
    ])
    expect([lab.info!.phase, lab.registry.row(lab.connection.callId)!.topic]).toEqual(['supervised', null])
  })

  test('hands back: the desk asks its open question again, and what was said is in its history', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    await answers(lab, 'ma box internet ne marche plus')
    const { state } = lab.info!
    const { supervisor, state: mine } = takeOver(lab)
    await speaks(lab, supervisor, 20)
    await lab.says('je patiente')
    await lab.run(1_000)
    const lines = lab.transcript.length
    supervisor.handBack(false)
    await lab.untilQuiet()
    expect(mine.ended).toBe(1)
    const said = lab.transcript.slice(lines).map((line) => line.replace('agent: ', ''))
    expect(said.length).toBe(1)
    expect(said[0]).toBeOneOf(textsOf('ask_name'))
    expect([lab.info!.state, lab.info!.phase]).toEqual([state, 'listening'])
    await answers(lab, 'Paul Durand')
    expect(lab.registry.row(lab.connection.callId)!.name).toBe('Paul Durand')
    expect(lab.transcript).toContain('caller: je patiente')
    expect(supervisor.audio(voice)).toBe(false)
  })

  test('a lost connection gives the call back with a sentence', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const { supervisor } = takeOver(lab)
    await speaks(lab, supervisor, 20)
    const lines = lab.transcript.length
    supervisor.handBack(true)
    supervisor.handBack(true)
    await lab.untilQuiet()
    const said = lab.transcript.slice(lines).map((line) => line.replace('agent: ', ''))
    expect(said[0]).toBe(textsOf('cut_off')[0]!)
    expect(said[1]).toBeOneOf(textsOf('ask_open'))
  })

  test('is recorded on the agent’s side', async () => {
    const recorded: number[] = []
    const recorder = () => ({
      caller() {},
      agent: (frame: Int16Array | null) => void recorded.push(frame?.[0] ?? 0),
      allow() {},
      forbid() {},
      pause() {},
      save() {},
      close: async () => {},
    })
    const lab = new CallLab({ recorder: recorder as never })
    await lab.untilQuiet()
    const { supervisor } = takeOver(lab)
    const before = recorded.length
    await speaks(lab, supervisor, 30)
    expect(recorded.slice(before).filter((sample) => sample === 3_000).length).toBeGreaterThanOrEqual(25)
  })

  test('a second supervisor is refused, and the first one keeps the call', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const { state } = takeOver(lab)
    expect(takeOver(lab).supervisor).toBeUndefined()
    expect(state.ended).toBe(0)
  })

  test('the caller may hang up, and the supervisor may transfer', async () => {
    const left = new CallLab()
    await left.untilQuiet()
    const one = takeOver(left)
    left.hangUp()
    expect([one.state.ended, left.info!.outcome]).toEqual([1, 'hangup'])
    const lab = new CallLab()
    await lab.untilQuiet()
    const two = takeOver(lab)
    lab.registry.transfer(lab.connection.callId)
    expect(two.state.ended).toBe(1)
    await lab.run(30_000)
    expect(lab.info!.outcome).toBe('transfer')
  })

  test('a call that is ending cannot be taken over', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    lab.registry.transfer(lab.connection.callId)
    await lab.run(200)
    expect(takeOver(lab).supervisor).toBeUndefined()
    await lab.run(30_000)
    expect(takeOver(lab).supervisor).toBeUndefined()
    expect(lab.info!.outcome).toBe('transfer')
  })

  test('the longest duration does not end the call under the supervisor, nor right after', async () => {
    const lab = new CallLab({ agent: { maxCallMs: 30_000 } })
    await lab.untilQuiet()
    const { supervisor } = takeOver(lab)
    await lab.run(60_000)
    expect(lab.info!.phase).toBe('supervised')
    supervisor.handBack(false)
    await lab.untilQuiet()
    expect(lab.info!.outcome).toBeNull()
  })

  test('bursts are smoothed, and what is more than 200 ms is dropped', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const { supervisor } = takeOver(lab)
    const taken = Array.from({ length: 30 }, () => supervisor.audio(voice)).filter(Boolean).length
    expect(taken).toBe(10)
    const fromMs = lab.nowMs
    await lab.run(1_000)
    expect(lab.connection.audibleAtMs.filter((atMs) => atMs > fromMs).length).toBe(10)
  })

  test('the page sees the phase, and who speaks', async () => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const events: PublicCallEvent[] = []
    lab.registry.subscribe('all', (event) => events.push(event))
    const { supervisor } = takeOver(lab)
    await speaks(lab, supervisor, 20)
    expect(lab.registry.row(lab.connection.callId)).toMatchObject({ phase: 'supervised', speaking: 'agent' })
    await lab.run(2_000)
    supervisor.handBack(false)
    const phases = events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))
    expect(phases[0]).toBe('supervised')
    expect(phases.at(-1)).not.toBe('supervised')
  })
})
