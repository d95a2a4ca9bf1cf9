// The model's memory, and the guards and actions of its chart. It was written from the description of the desk; from
// src it takes only the desk: its topics, symptoms and steps, which are data.

import { assign, setup } from 'xstate'
import { courseOf, type Desk, type DeskStep, symptomNames, topicOf } from '../../../src/desk/desk.ts'

/** What the caller may say, by its meaning; words.ts has the words. */
export const wordEvents = [
  ...(['NONSENSE', 'GREETING', 'BACK', 'YES', 'NO', 'DONE', 'STUCK', 'CONFUSED', 'SOLVED'] as const),
  ...(['REPEAT', 'WAIT', 'HUMAN', 'BYE', 'INTERNET', 'MOBILE', 'BOX', 'SIM', 'NAME'] as const),
  ...(['NUMBER', 'PIECE', 'AMBIGUOUS', 'OBJECTION'] as const),
] as const
export const keyEvents = [
  ...([
    'KEY_0',
    'KEY_1',
    'KEY_2',
    'KEY_3',
    'KEY_4',
    'KEY_5',
    'KEY_8',
    'KEY_9',
    'KEY_STAR',
    'KEY_HASH',
    'KEYS_NUMBER',
  ] as const),
] as const
export const otherEvents = [
  ...(['START', 'RESUMED', 'SILENCE', 'UNHEARD', 'TECHNICIAN', 'NO_TECHNICIAN'] as const),
  ...(['TIME_UP', 'OPERATOR_TAKES', 'SERVER_STOPS', 'FAILED'] as const),
] as const
export type EventName = (typeof wordEvents | typeof keyEvents | typeof otherEvents)[number]
export type ModelEvent = { type: EventName }

export type Memory = {
  desk: Desk
  hearsWords: boolean
  topic: string | null
  symptom: string | null
  /** Steps tried. */
  done: readonly string[]
  /** "Does it work?" was asked after a step, not because the caller said so. */
  tried: boolean
  name: boolean
  phone: boolean
  callBack: boolean
  /** A whole number waits to be confirmed. */
  pending: boolean
  digits: '' | '0' | 'some'
  justKeyed: boolean
  identified: boolean
  nameTries: number
  phoneTries: number
  noInput: number
  noMatch: number
  unheard: number
  holding: boolean
}

const atFirst: Omit<Memory, 'hearsWords' | 'desk'> = {
  ...{ topic: null, symptom: null, done: [], tried: false, name: false, phone: false, callBack: false },
  ...{ pending: false, digits: '', justKeyed: false, identified: false, nameTries: 0, phoneTries: 0 },
  ...{ noInput: 0, noMatch: 0, unheard: 0, holding: false },
}
export const memoryAtFirst = (given: ModelInput): Memory => ({ ...atFirst, ...given })

/** What a model begins with. */
export type ModelInput = { hearsWords: boolean; desk: Desk }

type Given = { context: Memory; event: ModelEvent }

/** What the caller says is broken. "It does not work" means the topic's general symptom while none is known. */
function problemOf({ desk, topic, symptom }: Memory, { type }: ModelEvent) {
  if (type === 'BOX') return { topic: 'internet', symptom: 'no_connection' } as const
  if (type === 'SIM') return { topic: 'mobile', symptom: 'sim' } as const
  if (type === 'INTERNET') return { topic: 'internet', symptom: null } as const
  if (type === 'MOBILE') return { topic: 'mobile', symptom: null } as const
  const general = topic === null ? undefined : symptomNames(desk, topic)[0]
  if (type === 'STUCK' && topic !== null && symptom === null && general !== undefined)
    return { topic, symptom: general }
  return undefined
}

/** The steps for the problem that were not tried yet, for this or an earlier problem of the call. */
function stepsOf({ desk, topic, symptom, done }: Memory): readonly DeskStep[] {
  const course = symptom === null ? undefined : courseOf(desk, { topic, symptom })
  return course?.kind === 'steps' ? course.steps.filter(({ name }) => !done.includes(name)) : []
}
const lastOf = (event: ModelEvent): string => event.type.slice(-1)
/** The topic, or the symptom of the topic, that a key chooses. */
const topicAt = ({ desk }: Memory, event: ModelEvent) => desk.topics.find(({ key }) => key === lastOf(event))
const symptomAt = ({ desk, topic }: Memory, event: ModelEvent) =>
  topicOf(desk, topic)?.symptoms.find(({ key }) => key === lastOf(event))
export const stepsLeft = (memory: Memory): number => stepsOf(memory).length

const understood = { noInput: 0, noMatch: 0, unheard: 0, holding: false } as const

export const modelSetup = setup({
  types: { context: {} as Memory, events: {} as ModelEvent, input: {} as ModelInput },
  guards: {
    /** After "are you still there?" or a wait, "yes" says only that the caller is there. */
    onlyThere: ({ context, event }: Given) =>
      context.noInput === 1 ? event.type !== 'DONE' : context.holding,
    onlyThereAtStep: ({ context }: Given) => context.noInput === 1,
    /** "Yes" to a step that takes time says that the caller will do it; said again, that it is done. */
    onlyAgrees: ({ context }: Given) => !context.holding && (stepsOf(context)[0]?.takesMs ?? 0) >= 10_000,
    holding: ({ context }: Given) => context.holding,
    lastSilence: ({ context }: Given) => context.noInput >= 2,
    lastUnheard: ({ context }: Given) => context.unheard >= 4,
    lastRung: ({ context }: Given) => context.noMatch >= 2,
    onLadder: ({ context }: Given) => context.noMatch > 0,
    lastName: ({ context }: Given) => context.nameTries >= 1,
    lastPhone: ({ context }: Given) => context.phoneTries >= 1,
    /** A name cannot be keyed in. */
    asksName: ({ context, event }: Given) =>
      !context.name && context.hearsWords && !event.type.startsWith('KEY') && context.nameTries === 0,
    hasPhone: ({ context }: Given) => context.phone,
    hasPending: ({ context }: Given) => context.pending,
    noTopic: ({ context }: Given) => context.topic === null,
    ofMobile: ({ context }: Given) => context.topic === 'mobile',
    noSymptom: ({ context }: Given) =>
      context.symptom === null && symptomNames(context.desk, context.topic).length > 0,
    handsOver: ({ context }: Given) => courseOf(context.desk, context)?.kind === 'handOver',
    offersCallBack: ({ context }: Given) => courseOf(context.desk, context)?.kind === 'callBack',
    leadsToNext: ({ context }: Given) => stepsOf(context)[0]?.done === 'next',
    leadsToTechnician: ({ context }: Given) => stepsOf(context)[0]?.stuck === 'technician',
    isTopicKey: ({ context, event }: Given) => topicAt(context, event) !== undefined,
    isSymptomKey: ({ context, event }: Given) => symptomAt(context, event) !== undefined,
    noStepLeft: ({ context }: Given) => stepsLeft(context) === 0,
    identified: ({ context }: Given) => context.identified,
    tried: ({ context }: Given) => context.tried,
    noDigits: ({ context }: Given) => context.digits === '',
    dictating: ({ context }: Given) => context.digits !== '',
    dictatingOn: ({ context }: Given) => context.digits !== '' && context.noMatch < 2,
    loneZero: ({ context }: Given) => context.digits === '0',
    justKeyed: ({ context }: Given) => context.justKeyed,
    otherTopic: ({ context, event }: Given) =>
      context.topic !== null && (problemOf(context, event)?.topic ?? context.topic) !== context.topic,
    /** Once the steps have begun, any topic other than the current one is another problem. */
    otherProblem: ({ context, event }: Given) =>
      (problemOf(context, event)?.topic ?? context.topic) !== context.topic,
    /** So is another broken symptom, except the general one: it means that nothing has helped. */
    otherSymptom: ({ context, event }: Given) =>
      event.type === 'SIM' &&
      context.topic === 'mobile' &&
      context.symptom !== null &&
      context.symptom !== 'sim',
  },
  actions: {
    /** Words or keys show that the caller is there. A name is never forgotten. */
    hear: assign(({ context, event }: Given) => ({
      ...{ noInput: 0, unheard: 0, holding: false, justKeyed: false },
      name: context.name || event.type === 'NAME',
    })),
    understand: assign(understood),
    hold: assign({ holding: true, noMatch: 0 }),
    silent: assign(({ context }: Given) => ({
      ...{ noInput: context.noInput + 1, holding: false, justKeyed: false },
    })),
    noWords: assign(({ context }: Given) => ({ unheard: context.unheard + 1, justKeyed: false })),
    stillHolds: assign({ noInput: 0, unheard: 0, justKeyed: false }),
    forgetKey: assign({ justKeyed: false }),
    climb: assign(({ context }: Given) => ({ noMatch: context.noMatch + 1 })),
    tryName: assign(({ context }: Given) => ({ nameTries: context.nameTries + 1 })),
    tryPhone: assign(({ context }: Given) => ({
      ...{ phoneTries: context.phoneTries + 1, digits: '' as const, pending: false },
    })),
    firstTry: assign({ phoneTries: 0 }),
    learnPhone: assign({ phone: true }),
    readBack: assign({ ...understood, pending: true, digits: '' }),
    byKeys: assign({ justKeyed: true }),
    dictate: assign({ ...understood, digits: 'some' }),
    dictateZero: assign({ ...understood, digits: '0' }),
    restart: assign({ digits: '' }),
    leaveNumber: assign({ pending: false, digits: '' }),
    identify: assign({ identified: true }),
    learnProblem: assign(({ context, event }: Given) => {
      const told = problemOf(context, event)
      if (told === undefined) return {}
      const kept = told.topic === context.topic ? context.symptom : null
      return { topic: told.topic, symptom: told.symptom ?? kept }
    }),
    keyTopic: assign(({ context, event }: Given) => {
      const topic = topicAt(context, event)?.name ?? null
      return { topic, symptom: topic === context.topic ? context.symptom : null }
    }),
    keySymptom: assign(({ context, event }: Given) => ({
      symptom: symptomAt(context, event)?.name ?? null,
    })),
    mobileData: assign({ symptom: 'no_data' }),
    markDone: assign(({ context }: Given) => {
      const [step] = stepsOf(context)
      return { done: step === undefined ? context.done : [...context.done, step.name], tried: true }
    }),
    byItself: assign({ tried: false }),
    promise: assign(({ context }: Given) => ({ callBack: context.phone })),
  },
})
