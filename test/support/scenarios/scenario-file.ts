// Reads the calls in `test/call/scenarios/*.yaml`, which are written without knowledge of the code. A mistake is
// refused with the file, the field and what to write there. How it is played is run.ts.

import { z } from 'zod'
import { ConfigError } from '../../../src/base/errors.ts'
import { dialogueStates, recordingChoices, recordingPolicies } from '../../../src/desk/types.ts'
import { languages } from '../../../src/understanding/languages/index.ts'

const seconds = z.number().min(0).max(3_600)
const range = z
  .union([seconds, z.tuple([seconds, seconds])])
  .transform((value) => (typeof value === 'number' ? ([value - 0.3, value + 0.3] as const) : value))

const answer = z
  .strictObject({
    understood: z.record(z.string(), z.unknown()).optional(),
    first_line: z.string().optional(),
    says: z.string().optional(),
    rest: z.string().optional(),
    after: seconds.optional(),
    fault: z.enum(['gone', 'refused', 'never', 'cut']).optional(),
  })
  .describe('one answer of the language model')

const opening = z.strictObject({
  inDays: z.int().min(0),
  weekday: z.int().min(0).max(6),
  day: z.int().min(1).max(31),
  month: z.int().min(1).max(12),
  minute: z.int().min(0).max(1_439),
})

/** What the dialplan may say of a call. */
const announcedFields = ['language', 'desk', 'dialled', 'callerNumber', 'callerName'] as const

/** What the operator's system does when it is asked who calls (LOOKUP_URL): `answers` as JSON, or `text` as it is. */
const lookup = z.strictObject({
  answers: z.unknown().optional(),
  text: z.string().optional(),
  status: z.int().default(200),
  after: seconds.default(0.1),
})

const given = z.strictObject({
  language: z.enum(languages).default('fr'),
  languages: z.array(z.enum(languages)).default([]),
  announced: z.record(z.enum(announcedFields), z.string().optional()).optional(),
  lookup: lookup.optional(),
  silent: z.array(z.enum(languages)).default([]),
  deaf: z.array(z.enum(languages)).default([]),
  hears: z.enum(['words', 'keys']).default('words'),
  technician: z.enum(['free', 'none', 'unreachable', 'silent']).default('free'),
  technician_after: seconds.default(0),
  opens: opening.optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  settings: z.record(z.string(), z.string()).optional(),
  lines: z.enum(['free', 'all taken', 'draining']).default('free'),
  max_call_s: seconds.default(900),
  recording: z.enum(recordingPolicies).default('off'),
  recording_pause: z.boolean().default(false),
  unready: z.array(z.string()).default([]),
  voice: z.enum(['works', 'fails', 'slow']).default('works'),
  cache: z.union([z.literal('all'), z.array(z.string())]).default('all'),
  llm: z.union([z.literal('none').transform(() => []), z.array(answer)]).default([]),
})

const actions = ['says', 'keys', 'mumbles', 'silent', 'operator', 'does'] as const
const deeds = ['hangs up', 'calls again', 'loses the line', 'server drains', 'server stops'] as const

const stepFields = z.strictObject({
  at: seconds.optional(),
  after: z.enum(['agent', 'agent speaks']).optional(),
  wait: seconds.optional(),
  says: z.string().min(1).optional(),
  for: seconds.optional(),
  keys: z
    .string()
    .regex(/^[0-9*#]+$/)
    .optional(),
  every: seconds.default(0.3),
  mumbles: seconds.optional(),
  silent: seconds.optional(),
  operator: z
    .union([z.literal('transfer'), z.literal('hang up'), z.strictObject({ says: z.string() })])
    .optional(),
  does: z.enum(deeds).optional(),
})

const step = z.preprocess(
  (value) => (typeof value === 'string' ? { does: value } : value),
  stepFields.superRefine((value, context) => {
    const found = actions.filter((name) => value[name] !== undefined)
    if (found.length !== 1)
      context.addIssue({ code: 'custom', message: `${found.length} actions in one step`, path: ['action'] })
    if (value.at !== undefined && (value.after !== undefined || value.wait !== undefined))
      context.addIssue({ code: 'custom', message: '`at` goes without `after` and `wait`', path: ['at'] })
  }),
)

const line = z.union([
  z.string().min(1),
  z.strictObject({
    line: z.string().optional(),
    in: z.enum(languages).optional(),
    text: z.string().optional(),
    cut: z.boolean().optional(),
    at_s: range.optional(),
    after_s: range.optional(),
  }),
])

const expected = z.strictObject({
  states: z.array(z.enum(dialogueStates)),
  outcome: z.enum(['transfer', 'goodbye', 'error', 'hangup', 'lost', 'busy']),
  next: z.string().regex(/^(queue|dial|hangup)\|.*$/),
  variables: z.record(z.string(), z.string()).default({}),
  agent: z.array(line).min(1),
  never: z.array(line).default([]),
  caller: z.array(z.string()).default([]),
  languages: z.array(z.enum(languages)).optional(),
  warnings: z.array(z.string()).optional(),
  recording: z
    .strictObject({ choice: z.enum(recordingChoices).nullable(), audio: z.enum(['kept', 'deleted']) })
    .partial()
    .optional(),
  record: z.array(z.string()).default([]),
  known: z
    .strictObject({
      name: z.string().nullable(),
      phone: z.string().nullable(),
      topic: z.string().nullable(),
      symptom: z.string().nullable(),
      stepsDone: z.array(z.string()),
      callBack: z.boolean(),
      notes: z.array(z.string()),
    })
    .partial()
    .default({}),
  timing: z.strictObject({
    duration_s: z.tuple([seconds, seconds]),
    reply_ms_at_most: z.number().optional(),
    barge_in_ms_at_most: z.number().optional(),
    silence_s_at_most: seconds.optional(),
  }),
})

const scenario = z.strictObject({
  title: z.string().min(8),
  given: given.prefault({}),
  call: z.array(step),
  expect: expected,
})

export type Scenario = z.infer<typeof scenario> & { name: string }
export type Step = z.infer<typeof step>
export type ExpectedLine = z.infer<typeof line>
export type LookupAnswer = z.infer<typeof lookup>
export type ModelAnswer = z.infer<typeof answer>

/** What to write, by the name of the field that was wrong. */
export const help: Readonly<Record<string, string>> = {
  title: 'a sentence: title: La box ne marche plus, le redémarrage suffit',
  given: 'given: { language: fr, hears: words, technician: free }',
  language: `language: ${languages.join(', ')}`,
  languages:
    'given: { languages: [en] } (LANGUAGES); expect: { languages: [fr, en] } (those the call was in)',
  announced: 'announced: { language: en, desk: shop }: what the dialplan says of the call',
  lookup:
    'lookup: { answers: { name: Zoé Martin, incident: { topic: internet } }, after: 0.2 }, or text: "<html>"',
  silent: 'silent: [en] (neither phrases nor voice)',
  deaf: 'deaf: [en] (the recogniser fails)',
  in: 'in: en, beside line: the language in which it is said',
  warnings: 'warnings: [the lines of the log with the level warn, in order]',
  hears: 'hears: words, or keys when the recogniser understands no words',
  clock: 'at: "2026-11-28T01:46:00+01:00": the opening hours then decide, not technician and opens',
  settings: 'settings: { OPENING_HOURS: "lun-ven 9h-12h" }, together with at',
  technician: 'technician: free, none, unreachable, or silent (never answers)',
  recording:
    'given: { recording: notice } (off, notice, consent); expect: { recording: { choice: objected, audio: deleted } }',
  recording_pause: 'recording_pause: true (numbers are kept out of the record)',
  record: 'record: [texts that the transcript in the record holds]',
  lines: 'lines: free, all taken, or draining',
  voice: 'voice: works, fails, or slow',
  unready: 'unready: [menu_sim]: lines that do not lie ready, although cache says all',
  cache: 'cache: all, or the names of the lines that lie ready: [welcome, error_transfer]',
  llm: 'llm: none, or an answer per turn: [{ understood: { answer: "yes" }, says: "Très bien.", after: 0.4 }]',
  fault:
    'fault: gone, refused, never (answers), or cut (breaks off in the middle, with rest: what a second try says)',
  call: 'call: a list of what the caller does',
  action: `one of ${actions.join(', ')} in a step, or as plain words: ${deeds.join(', ')}`,
  at: 'at: 2.1 (seconds from the start), or after: agent, with wait: 7 (seconds more)',
  after: 'after: agent (falls silent), or after: agent speaks',
  says: 'says: "ma box ne marche plus", and for: 1.4 when it shall last so many seconds',
  keys: 'keys: "0612345678#" in quotes, and every: 0.3 (seconds between two)',
  does: `one of: ${deeds.join(', ')}`,
  operator: 'operator: transfer, hang up, or { says: "…" }',
  expect: 'expect: with states, outcome, next, agent and timing',
  states: `states: a list of ${dialogueStates.join(', ')}`,
  outcome: 'outcome: transfer, goodbye, error, hangup, lost, or busy',
  next: 'next: "hangup|" or next: "queue|support"',
  agent: 'agent: ["words of a sentence", { line: still_there, after_s: 7 }]',
  timing: 'timing: { duration_s: [20, 40] } with reply_ms_at_most, barge_in_ms_at_most, silence_s_at_most',
  duration_s: 'duration_s: [20, 40] (seconds, from and to)',
}

/**
 * Reads one scenario.
 *
 * @param file its name, for the message
 * @throws {ConfigError} `scenario` naming the file, each wrong field and what to write there
 */
export function parseScenario(file: string, yaml: string): Scenario {
  let raw: unknown
  try {
    raw = Bun.YAML.parse(yaml)
  } catch (error) {
    throw new ConfigError('scenario', `${file}: not YAML: ${String(error)}`, { cause: error })
  }
  const parsed = scenario.safeParse(raw)
  if (parsed.success) return { ...parsed.data, name: file.replace(/^.*\/|\.yaml$/g, '') }
  throw new ConfigError('scenario', parsed.error.issues.map((issue) => explain(file, issue)).join('\n'))
}

function explain(file: string, issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined
  const field = issue.path.filter((part) => part !== 'action').join('.') || 'the file'
  const named = [...issue.path].reverse().find((part) => typeof part === 'string' && part in help)
  const write = named === undefined ? 'title, given, call and expect' : help[String(named)]
  const what = unknown === undefined ? issue.message : `nothing is called ${unknown} here`
  return `${file}: ${field}: ${what}. Write ${write}.`
}

/** All scenarios of a folder, by name. */
export async function readScenarios(folder: URL): Promise<Scenario[]> {
  const files = [...new Bun.Glob('*.yaml').scanSync(folder.pathname)].sort()
  return Promise.all(
    files.map(async (file) => parseScenario(file, await Bun.file(new URL(file, folder)).text())),
  )
}
