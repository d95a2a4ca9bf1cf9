// The dialogue as a statechart: a state for every question, with the effect of each input. walk.test.ts and
// walk.live.ts compare the machine with it.

import type { SnapshotFrom } from 'xstate'
import { type EventName, type ModelInput, memoryAtFirst, modelSetup } from './memory.ts'
import {
  each,
  ends,
  everywhere,
  heard,
  ladder,
  type Move,
  orOtherProblem,
  unlessHolding,
  unlessThere,
} from './moves.ts'
import { numberStates } from './number.ts'

const problems: readonly EventName[] = ['INTERNET', 'MOBILE', 'BOX', 'SIM']

/** Another topic while the desk asks who is calling: the question stays open, and no try is lost. */
const orOtherTopic = (...meant: readonly Move[]): readonly Move[] => [
  { guard: 'otherTopic', actions: ['learnProblem', 'understand'] },
  ...meant.map((move) => ({ ...move, actions: ['learnProblem', ...(move.actions ?? [])] })),
]
const digits = ['KEY_1', 'KEY_2', 'KEY_3', 'KEY_4', 'KEY_5'] as const satisfies readonly EventName[]
/** The keys of the topics, with or without a target. */
const topicKeys = (move: Move) =>
  each(digits, [{ ...move, guard: 'isTopicKey', actions: ['keyTopic', 'understand'] }, ...ladder])
const solved: Move = { target: '#verify', actions: ['understand', 'byItself'] }

// ---- welcome

const begin: Move = { target: '#identify', actions: ['learnProblem', 'understand'] }
/** After a word or two that say nothing, the desk asks once what the call is about. */
const askOnce: readonly Move[] = [{ ...begin, guard: 'onLadder' }, { actions: ['climb'] }]
const welcome = heard({
  ...each(['NONSENSE', 'STUCK', 'PIECE', 'AMBIGUOUS', 'NAME', ...problems], begin),
  ...each(['GREETING', 'NO', 'CONFUSED'], askOnce),
  ...each(['YES', 'DONE'], unlessThere(...askOnce)),
  ...topicKeys({ target: '#identify' }),
  NUMBER: { target: '#identify', actions: ['understand', 'readBack'] },
  SOLVED: solved,
})

// ---- identification

const nameTry: readonly Move[] = [
  { guard: 'lastName', target: '#askPhone', actions: ['tryName', 'understand'] },
  { actions: ['tryName'] },
]
const nameOver: Move = { target: '#askPhone', actions: ['tryName', 'understand'] }
const name = {
  ...heard({
    ...each(['CONFUSED', 'AMBIGUOUS'], nameTry),
    ...each(['NONSENSE', 'GREETING', 'PIECE'], unlessHolding(...nameTry)),
    ...each(['YES', 'DONE'], unlessThere(...nameTry)),
    ...each(['NAME', 'NO'], nameOver),
    STUCK: { ...nameOver, actions: ['learnProblem', 'tryName', 'understand'] },
    NUMBER: { target: '#askPhone', actions: ['tryName', 'readBack'] },
    ...each(problems, orOtherTopic(...nameTry)),
    SOLVED: solved,
  }),
  ...heard({
    ...topicKeys({}),
    KEY_HASH: { target: '#askPhone', actions: ['understand'] },
  }),
}

// ---- diagnostic

const told: Move = { target: '#diagnose', actions: ['learnProblem', 'understand'] }
const topic = heard({
  ...each(problems, told),
  ...topicKeys({ target: '#diagnose' }),
  SOLVED: solved,
})
const symptom = heard({
  ...each(['BOX', 'SIM', 'STUCK'], told),
  // For a mobile, "Internet" is the symptom.
  MOBILE: [{ guard: 'otherTopic', target: '#diagnose', actions: ['learnProblem', 'understand'] }, ...ladder],
  INTERNET: [
    { guard: 'ofMobile', target: '#diagnose', actions: ['mobileData', 'understand'] },
    { guard: 'otherTopic', target: '#diagnose', actions: ['learnProblem', 'understand'] },
    ...ladder,
  ],
  ...each(digits, [
    { guard: 'isSymptomKey', target: '#diagnose', actions: ['keySymptom', 'understand'] },
    ...ladder,
  ]),
  SOLVED: solved,
})

// ---- solution and verification

const tried = ['markDone', 'understand']
const done: readonly Move[] = [
  { guard: 'leadsToNext', target: '#nextStep', actions: tried },
  { target: '#verify', actions: tried },
]
const failed: readonly Move[] = [
  { guard: 'leadsToTechnician', target: '#technician', actions: tried },
  { target: '#nextStep', actions: tried },
]
const solution = heard({
  ...each(['DONE', 'KEY_1'], done),
  SOLVED: { target: '#verify', actions: tried },
  YES: [{ guard: 'onlyThereAtStep' }, { guard: 'onlyAgrees', actions: ['understand', 'hold'] }, ...done],
  ...each(['NO', 'STUCK', 'KEY_2'], failed),
  ...each(['INTERNET', 'MOBILE'], orOtherProblem(...ladder)),
  // "It is broken" says that the step did not help, whatever the next problem is.
  ...each(
    ['BOX', 'SIM'],
    [
      {
        guard: 'otherSymptom',
        target: '#newProblem',
        actions: ['markDone', 'learnProblem', 'understand'],
      },
      ...orOtherProblem(...failed),
    ],
  ),
  KEY_3: { actions: ['understand', 'hold'] },
})
const doesNot: Move = { target: '#goOn', actions: ['understand'] }
const verify = heard({
  ...each(['YES', 'SOLVED'], unlessThere({ target: '#bye' })),
  ...each(['NO', 'STUCK', 'KEY_2'], doesNot),
  ...each(['INTERNET', 'MOBILE'], orOtherProblem(...ladder)),
  ...each(['BOX', 'SIM'], orOtherProblem(doesNot)),
  DONE: {},
  KEY_1: { target: '#bye' },
})
const technician = {
  ...heard({
    ...each(['NONSENSE', 'GREETING', 'PIECE', 'YES', 'NO', 'DONE', 'STUCK', 'CONFUSED', 'SOLVED'], {}),
    ...each(['NAME', 'NUMBER', 'AMBIGUOUS', ...digits, 'KEY_9', 'KEY_HASH'], {}),
    ...each(problems, orOtherProblem({})),
    WAIT: {},
  }),
  SILENCE: [{ guard: 'lastSilence', target: '#callBack' }, { actions: ['silent'] }],
  UNHEARD: {},
  TECHNICIAN: { target: '#transfer' },
  NO_TECHNICIAN: { target: '#callBack' },
}

// ---- call-back

const accept: readonly Move[] = [
  { guard: 'hasPhone', target: '#promise' },
  { target: 'phone', actions: ['understand', 'firstTry'] },
]
const callBack = heard({
  YES: unlessThere(...accept),
  ...each(['NO', 'STUCK', 'KEY_2'], { target: '#bye' }),
  ...each(problems, orOtherProblem(...ladder)),
  NUMBER: { target: 'phoneConfirm', actions: ['readBack', 'firstTry'] },
  KEY_1: accept,
})

const config = {
  id: 'desk',
  context: ({ input }: { input: ModelInput }) => memoryAtFirst(input),
  initial: 'init',
  on: ends,
  states: {
    init: { on: { START: { target: 'talk.welcome' }, RESUMED: { target: '#callBack' } } },
    talk: {
      initial: 'welcome',
      on: everywhere,
      states: {
        welcome: { on: welcome },
        identification: {
          initial: 'identify',
          states: {
            identify: {
              id: 'identify',
              always: [{ guard: 'asksName', target: 'name' }, { target: 'askPhone' }],
            },
            askPhone: {
              id: 'askPhone',
              always: [
                { guard: 'hasPhone', target: 'over' },
                { guard: 'hasPending', target: 'phoneConfirm' },
                { target: 'phone' },
              ],
            },
            over: { id: 'over', entry: ['leaveNumber', 'identify'], always: { target: '#diagnose' } },
            name: { on: name },
            ...numberStates({
              without: '#over',
              accepted: '#over',
              orProblem: orOtherTopic,
              also: ['learnProblem'],
              solved,
            }),
          },
        },
        diagnostic: {
          initial: 'diagnose',
          states: {
            diagnose: {
              id: 'diagnose',
              always: [
                { guard: 'noTopic', target: 'topic' },
                { guard: 'noSymptom', target: 'symptom' },
                { guard: 'handsOver', target: '#technician' },
                { guard: 'offersCallBack', target: '#callBack' },
                { target: '#nextStep' },
              ],
            },
            newProblem: {
              id: 'newProblem',
              always: [{ guard: 'identified', target: 'diagnose' }, { target: '#identify' }],
            },
            topic: { on: topic },
            symptom: { on: symptom },
          },
        },
        solution: {
          initial: 'nextStep',
          states: {
            nextStep: {
              id: 'nextStep',
              always: [{ guard: 'noStepLeft', target: '#technician' }, { target: 'step' }],
            },
            step: { on: solution },
          },
        },
        verification: {
          initial: 'verify',
          states: {
            verify: { id: 'verify', on: verify },
            goOn: {
              id: 'goOn',
              always: [{ guard: 'tried', target: '#nextStep' }, { target: '#newProblem' }],
            },
            technician: { id: 'technician', on: technician },
          },
        },
        goodbye: {
          initial: 'callBack',
          states: {
            callBack: { id: 'callBack', entry: ['understand'], on: callBack },
            ...numberStates({
              without: '#promise',
              accepted: '#promise',
              orProblem: orOtherProblem,
              also: [],
              solved,
            }),
            promise: { id: 'promise', entry: ['promise'], always: { target: '#bye' } },
          },
        },
      },
    },
    bye: { id: 'bye', type: 'final' },
    transfer: { id: 'transfer', type: 'final' },
    failed: { id: 'failed', type: 'final' },
  },
}

/** Names of guards and actions are checked when they are used; an unknown one throws. */
export const chart = modelSetup.createMachine(
  config as unknown as Parameters<typeof modelSetup.createMachine>[0],
)
export type ChartState = SnapshotFrom<typeof chart>
