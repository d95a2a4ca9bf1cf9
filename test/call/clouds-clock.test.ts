// Slow vendors, to the millisecond: whole calls on a fake clock, with the real fallback chain over scripted models.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { settings } from '../../src/config.ts'
import { parseTemplates } from '../../src/dialogue/model/prompt.ts'
import { createLlmChain } from '../../src/providers/fallback-llm.ts'
import { type Step, scriptedLlm } from '../providers/scripted.ts'
import { CallLab, type LabOptions } from '../support/lab/call-lab.ts'

setDefaultTimeout(60_000)

const templates = parseTemplates(
  await Bun.file(new URL('../../assets/prompts/fr.md', import.meta.url)).text(),
)
const words = 'ma box ne marche plus'
const nothing = '{"answer":"unknown","topic":"unknown","intent":"none","name":null,"symptom":null}\n'
const answer: Step<string | { text: string }>[] = [nothing, 'Je comprends. Quel est votre nom ?']
const fillMs = Number(settings.LLM_FIRST_TOKEN_MS.default)
const attemptMs = Number(settings.LLM_ATTEMPT_MS.default)
const deadlineMs = Number(settings.LLM_DEADLINE_MS.default)

/** A call whose caller describes a problem, with models that play these scripts in order. */
async function call(...models: Step<string | { text: string }>[][]) {
  const options: Partial<LabOptions> = { session: {} }
  const lab = new CallLab(options)
  const members = models.map((steps, i) => scriptedLlm(lab.clock, `m${i}`, [steps]))
  const llm = createLlmChain(
    members.map((member) => member.llm),
    { clock: lab.clock, random: () => 0.5, metrics: lab.metrics },
    { policy: { attemptMs, deadlineMs } },
  )
  options.session = { model: { llm, templates } }
  lab.connection = lab.dial('11111111-2222-4333-8444-555555555555')
  await lab.untilQuiet()
  await lab.says(words)
  await lab.run(15_000)
  const [latency] = lab.info?.latencies ?? []
  const said = lab.transcript.slice(lab.transcript.indexOf(`caller: ${words}`) + 1)
  const askedMs = members.map(({ asked }) =>
    asked.map(({ atMs }) => Math.round(atMs - members[0].asked[0].atMs)),
  )
  return {
    said: said.slice(0, 2),
    /** From the end of the turn to the tick: speech waits for a tick that is less than 12 ms away. */
    fillerMs: latency.filler === undefined ? undefined : ticksMs(latency.filler - latency.endpointing!),
    firstFrameMs: ticksMs(latency.firstFrame! - latency.endpointing!),
    askedMs,
  }
}
const ticksMs = (ms: number): number => Math.floor(Math.round(ms) / 20) * 20
const modelSaid = ['agent: Je comprends.', 'agent: Quel est votre nom ?']
const scriptSaid = [
  'agent: Je suis désolé pour ce désagrément.',
  'agent: Pour commencer, quel est votre nom ?',
]

describe('a model', () => {
  test('that answers in time is not covered by a wait phrase', async () => {
    expect(await call([{ waitMs: fillMs - 20 }, ...answer])).toEqual({
      said: modelSaid,
      fillerMs: undefined,
      firstFrameMs: fillMs - 20,
      askedMs: [[0]],
    })
  })

  test('that is slow: the wait phrase at 700 ms, then its words, once', async () => {
    const { said, fillerMs, firstFrameMs, askedMs } = await call([{ waitMs: 1_400 }, ...answer])
    expect({ said, fillerMs, askedMs }).toEqual({ said: modelSaid, fillerMs: fillMs, askedMs: [[0]] })
    // The phrase is played to its end, then the gap between two lines.
    expect(firstFrameMs).toBeWithin(1_400, 3_000)
  })

  test('that hangs: its fallback is asked after 1.5 s', async () => {
    const { said, fillerMs, askedMs } = await call(['hang'], answer)
    expect({ said, fillerMs, askedMs }).toEqual({
      said: modelSaid,
      fillerMs: fillMs,
      askedMs: [[0], [attemptMs]],
    })
  })

  test('that hangs like its fallback: the script answers at the deadline', async () => {
    const { said, fillerMs, firstFrameMs } = await call(['hang'], ['hang'])
    expect({ said, fillerMs }).toEqual({ said: scriptSaid, fillerMs: fillMs })
    expect(firstFrameMs).toBe(deadlineMs)
  })

  test('that asks to wait for 300 s is skipped, and so is its fallback', async () => {
    const busy: Step<string>[] = [{ fail: 'limited', retryAfterMs: 300_000 }]
    expect(await call(busy, answer)).toMatchObject({ said: modelSaid, firstFrameMs: 0, askedMs: [[0], [0]] })
    expect(await call(busy, busy)).toMatchObject({ said: scriptSaid, firstFrameMs: 0, askedMs: [[0], [0]] })
  })

  test('that asks to wait for a second gets it when there is no fallback', async () => {
    const replies = await call([{ fail: 'limited', retryAfterMs: 1_000 }])
    // It answers so every time: it is asked again after each second until the deadline, not later.
    expect(replies.said).toEqual(scriptSaid)
    expect(replies.askedMs[0][1]).toBe(1_000)
    expect(Math.max(...replies.askedMs[0])).toBeLessThan(deadlineMs)
    expect(replies.firstFrameMs).toBeLessThanOrEqual(deadlineMs)
  })
})

describe('a caller who only coughs while the agent speaks', () => {
  test('hears the rest of the cut sentence, and then what the model had not said yet', async () => {
    const options: Partial<LabOptions> = { session: {} }
    const lab = new CallLab(options)
    const first = 'Je comprends que votre box ne fonctionne plus du tout.'
    const { llm } = scriptedLlm(lab.clock, 'lab', [[nothing, `${first} `, 'Quel', 'hang']])
    options.session = { model: { llm, templates } }
    lab.connection = lab.dial('11111111-2222-4333-8444-555555555555')
    await lab.untilQuiet()
    await lab.says(words)
    await lab.run(1_500)
    await lab.mumbles(900)
    await lab.run(12_000)
    const said = lab.transcript.slice(lab.transcript.indexOf(`caller: ${words}`) + 1)
    expect(said[0]).toMatch(/^agent: Je comprends.*…$/)
    expect(`${said[0]!.slice(0, -1)} ${said[1]!.replace('agent: ', '')}`).toBe(`agent: ${first}`)
    expect(said[2]).toBe('agent: Pour commencer, quel est votre nom ?')
  })
})

test('a caller who speaks during the search for a technician is still transferred', async () => {
  const search = Promise.withResolvers<{ available: boolean }>()
  let asked = false
  const technicians = () => {
    asked = true
    return search.promise
  }
  const lab = new CallLab({ session: { technicians } })
  await lab.untilQuiet()
  lab.key('1')
  for (let i = 0; i < 40 && !asked; i++) {
    await lab.untilQuiet()
    lab.key(lab.info?.state === 'identification' ? '#' : '2')
  }
  await lab.run(700)
  await lab.says('allô vous êtes là')
  expect(lab.transcript.at(-1)).toMatch(/^agent: Je.*…$/)
  await lab.run(1_500)
  expect(lab.info?.phase).toBe('speaking')
  search.resolve({ available: true })
  await lab.run(20_000)
  expect(lab.info?.outcome).toBe('transfer')
  expect(lab.transcript.at(-1)).toContain('Je vous le passe, restez en ligne.')
})
