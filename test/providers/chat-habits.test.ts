// A turn with a real prompt at chat servers with habits of their own: what reaches the caller, and how many requests
// it took. The chain, the SDK, the stream and the reading of the answer are the real ones.

import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { ModelTurn } from '../../src/call/reply/model-turn.ts'
import { step } from '../../src/dialogue/dialogue-machine.ts'
import { buildPrompt, parseTemplates } from '../../src/dialogue/model/prompt.ts'
import type { AdapterDeps } from '../../src/providers/adapter.ts'
import type { Providers } from '../../src/providers/catalog.ts'
import { understand } from '../../src/understanding/understand.ts'
import { testDialogue } from '../dialogue/test-dialogue.ts'
import { type Habit, habits } from '../support/clouds/chat-habits.ts'
import { startFakes } from '../support/clouds/server.ts'
import { patientMs } from './contract.ts'
import { openFrom, type TestEnvironment } from './open.ts'

setDefaultTimeout(60_000)

const fakes = startFakes()
beforeAll(() => Promise.all([import('openai'), import('groq-sdk')]))
afterAll(() => fakes.stop())
beforeEach(() => fakes.reset())

const prompts = parseTemplates(await Bun.file('assets/prompts/fr.md').text())

/** The messages of the second turn of a call. */
function messagesOf(callerText: string) {
  const desk = testDialogue()
  const said = { kind: 'said', understanding: understand(callerText, desk.state) } as const
  const predicted = step(desk.state, said)[1]
  const history = [{ by: 'agent', text: 'Bonjour, vous êtes bien chez Wouippleul.' }] as const
  return buildPrompt({ state: desk.state, predicted, history, callerText, templates: prompts })
}

const head = '{"answer":"unknown","topic":"internet","intent":"none","name":null,"symptom":null}'
const words = 'Je comprends, votre box ne fonctionne plus. Quel est votre nom ?'
const sentences = ['Je comprends, votre box ne fonctionne plus.', 'Quel est votre nom ?']
const own = habits(`${head}\n${words}`)

const local: TestEnvironment = { LLM: 'openai', OPENAI_BASE_URL: `${fakes.url}/v1`, OPENAI_MODEL: 'qwen' }
const groq: TestEnvironment = { LLM: 'groq', GROQ_API_KEY: 'k', GROQ_BASE_URL: fakes.url }
const open = (environment: TestEnvironment, onTrouble?: AdapterDeps['onTrouble']) =>
  openFrom(
    { TTS: 'embedded', STT: 'embedded', ...environment },
    { LLM_ATTEMPT_MS: patientMs, LLM_GAP_MS: patientMs, LLM_DEADLINE_MS: 2 * patientMs },
    systemClock,
    onTrouble,
  )

type Heard = { line: string; spoken: string[]; failed?: string }
async function turn(providers: Providers): Promise<Heard> {
  const heard: Heard = { line: '', spoken: [] }
  if (providers.llm === undefined) throw new Error('no model')
  try {
    const request = new ModelTurn(providers.llm, messagesOf('ma box ne marche plus'), () => undefined)
    for await (const piece of request.pieces())
      if (piece.kind === 'understood') heard.line = piece.line
      else heard.spoken.push(piece.text)
  } catch (error) {
    heard.failed = (error as { code?: string }).code ?? String(error)
  }
  return heard
}

async function turnWith(habit: Habit, environment: TestEnvironment = local): Promise<Heard> {
  fakes.setChatHabit(habit)
  const providers = open(environment)
  const heard = await turn(providers)
  providers.close()
  return heard
}

const well = { line: head, spoken: sentences }

describe('the messages fit the chat template of', () => {
  for (const name of ['mistral', 'qwen', 'gemma'] as const)
    test(name, async () => expect(await turnWith(own.template(name))).toEqual(well))
})

describe('a parameter that the server refuses is left out or renamed, once, and remembered:', () => {
  const refusing: [what: string, habit: Habit, requests: number][] = [
    ['max_tokens, temperature and a field without its name in `param`', own.gpt5(), 4],
    ['the lowest efforts of reasoning', own.alwaysReasons(), 3],
    ['every field that is not the oldest', own.forbidsExtras(), 2],
    ['a field that the server does not name', own.refusesSilently(), 2],
  ]
  for (const [what, habit, requests] of refusing)
    test(what, async () => {
      fakes.setChatHabit(habit)
      const providers = open(local)
      expect(await turn(providers)).toEqual(well)
      expect(fakes.requests).toHaveLength(requests)
      expect(await turn(providers)).toEqual(well)
      expect(fakes.requests).toHaveLength(requests + 1)
      providers.close()
    })
})

describe('what a model thinks is never spoken:', () => {
  const thinking: [what: string, habit: Habit][] = [
    ['in tags', own.thinksInTags()],
    ['before a lone closing tag', own.thinksWithLoneTag()],
    ['in channels', own.thinksInChannels()],
    ['as plain text before the object', own.thinksAloud()],
    ['in reasoning_content', own.thinksApart('reasoning_content')],
    ['in reasoning', own.thinksApart('reasoning')],
  ]
  for (const [what, habit] of thinking)
    for (const [where, environment] of [
      ['a server of our own', local],
      ['Groq', groq],
    ] as const)
      test(`${what}, at ${where}`, async () => expect(await turnWith(habit, environment)).toEqual(well))

  test('nothing but reasoning is no answer', async () => {
    expect(await turnWith(own.onlyThinks())).toEqual({ line: '', spoken: [], failed: 'malformed' })
  })
})

test('a tool call instead of words is no answer', async () => {
  expect(await turnWith(own.callsTool())).toEqual({ line: '', spoken: [], failed: 'malformed' })
})

test('the object after the words is not spoken', async () => {
  expect((await turnWith(habits(`${words}\n${head}`).endsByReasonOnly())).spoken).toEqual([])
})

describe('an account or a model that the vendor refuses', () => {
  test.each([
    ['no credit', own.outOfCredit(), 'insufficient_quota', 'auth'],
    ['an unknown model', own.unknownModel(), 'model_not_found', 'refused'],
  ])('%s is asked once, said once, and the adapter is off at once', async (_what, habit, reason, code) => {
    fakes.setChatHabit(habit)
    const troubles: [string, string | undefined][] = []
    const providers = open(local, (label, what) => troubles.push([label, what]))
    const first = await turn(providers)
    expect(first.failed).toBe(code)
    for (let i = 0; i < 3; i++) expect((await turn(providers)).failed).toBe('unavailable')
    expect(fakes.requests).toHaveLength(1)
    expect(troubles).toEqual([['openai/qwen', expect.stringContaining(reason)]])
    providers.close()
  })

  test('a request that is refused for its body is said once, until one succeeds', async () => {
    const troubles: (string | undefined)[] = []
    const providers = open(local, (_label, what) => troubles.push(what))
    fakes.setChatHabit(() => Response.json({ error: { code: 'context_length_exceeded' } }, { status: 400 }))
    for (let i = 0; i < 3; i++) expect((await turn(providers)).failed).toBe('refused')
    fakes.setChatHabit(own.endsByDoneOnly())
    expect(await turn(providers)).toEqual(well)
    expect(troubles).toEqual(['openai answered 400 (context_length_exceeded)', undefined])
    providers.close()
  })
})

describe('the end of an answer:', () => {
  test.each([
    ['[DONE] without a reason', own.endsByDoneOnly()],
    ['a reason without [DONE]', own.endsByReasonOnly()],
    ['one body instead of a stream', own.ignoresStream()],
  ])('%s is an end, and one request is enough', async (_what, habit) => {
    expect(await turnWith(habit)).toEqual(well)
    expect(fakes.requests).toHaveLength(1)
  })

  test('after the end for length the unfinished sentence is not spoken', async () => {
    const cut = habits(`${head}\nJe comprends, votre box ne fonctionne plus. Quel est votre no`)
    const heard = await turnWith(cut.endsByLength())
    expect(heard).toEqual({ line: head, spoken: sentences.slice(0, 1) })
    expect(fakes.requests).toHaveLength(1)
  })

  test('a body that just closes was cut off', async () => {
    expect(await turnWith(own.breaksOff())).toMatchObject({ failed: 'cut' })
  })

  test('a page instead of a stream is malformed', async () => {
    expect(await turnWith(own.portal())).toEqual({ line: '', spoken: [], failed: 'malformed' })
  })

  test('an event without an end is malformed before it fills the memory', async () => {
    expect(await turnWith(own.endlessLine())).toEqual({ line: '', spoken: [], failed: 'malformed' })
  })
})
