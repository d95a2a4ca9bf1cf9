// The schema of `assets/desk/desk.yaml`, whose head says what each key means.

import { z } from 'zod'
import type { Question } from './script.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'is not a name made of a-z, 0-9 and _')
const line = name

/** Keys that mean the same at every question (keys.ts), and # of the questions that can be skipped. */
const key = z
  .union([z.int(), z.string()], 'is not a key from 1 to 7')
  .transform(String)
  .refine(
    (text) => !/^[089*#]$/.test(text),
    'is reserved: 0 is a human, 8 the objection, 9 the language, * repeats',
  )
  .refine((text) => /^[1-7089*#]$/.test(text), 'is not a key from 1 to 7')

const instead = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('handOver'),
    say: line,
    found: line.default('technician_found'),
    none: line.default('no_technician'),
  }),
  z.strictObject({ do: z.literal('callBack'), say: line }),
])

const symptom = z.strictObject({
  key,
  menu: line,
  fault: z.boolean().default(false),
  asked: z.boolean().default(true),
  /** Says back what was understood, after a long story. `heard_…`: "repeat" leaves it out. */
  heard: line.refine((text) => text.startsWith('heard_'), 'does not begin with heard_').optional(),
  steps: z.array(name).min(1).optional(),
  instead: instead.optional(),
})

const topic = z.strictObject({
  key,
  menu: line,
  ask: line.optional(),
  again: line.optional(),
  symptoms: z.record(name, symptom).default({}),
  instead: instead.optional(),
})

const step = z.strictObject({
  gesture: z.string().min(1),
  takesS: z.number().min(0).max(600),
  /** `step_…`: so that a language model may not leave it out (call/reply/wording.ts). */
  say: line.refine((text) => text.startsWith('step_'), 'does not begin with step_'),
  help: line,
  /** Said in place of the step when the caller has tried it before the call. */
  tried: line.refine((text) => text.startsWith('tried_'), 'does not begin with tried_').optional(),
  done: z.enum(['verify', 'next']).default('verify'),
  stuck: z.enum(['next', 'technician']).default('next'),
})

const asked = z.strictObject({
  ask: line,
  rephrase: line,
  keys: line,
  expect: z.enum(['open', 'yesNo', 'number', 'choice']),
})
/** The keys of topics are said as a menu. */
const choosing = asked.omit({ keys: true })

const questions = z.strictObject({
  ...{ consent: asked, open: choosing, name: asked, phone: asked, phoneConfirm: asked, topic: choosing },
  /** A topic has the lines. */
  symptom: asked.pick({ expect: true }),
  ...{ step: asked, verify: asked, technician: asked, callBack: asked },
} satisfies Record<Question, z.ZodType>)

/** What a call begins with, by the number that the caller dialled. */
const dialled = z.strictObject({
  language: z
    .string()
    .regex(/^[a-z]{2}$/, 'is not a two-letter code')
    .optional(),
  desk: z
    .string()
    .regex(/^[a-z-]+$/, 'is not the name of a desk')
    .optional(),
  /** Said in place of `welcome`. */
  greeting: line.optional(),
  /** Of the technicians. The answer to the dialplan allows no other characters (asterisk/next-steps.ts). */
  queue: z
    .string()
    .regex(/^[\w./@:+-]{1,80}$/, 'may contain only letters, digits and _ - . / @ : +')
    .optional(),
})

export const deskFileSchema = z.strictObject({
  questions,
  topics: z.record(name, topic).refine((topics) => Object.keys(topics).length > 0, 'is empty'),
  steps: z.record(name, step).default({}),
  notes: z.array(name).default([]),
  numbers: z.record(z.string(), dialled).default({}),
})

export type DeskFile = z.infer<typeof deskFileSchema>
export type DialledNumber = z.infer<typeof dialled>
export type Instead = z.infer<typeof instead>
