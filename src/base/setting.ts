// The kinds of settings: what an environment variable may hold, its default, and its row in docs/settings.md. A room
// that has settings declares them with these functions; config.ts collects them all and reads the environment.

import { z } from 'zod'

export type Setting<T = unknown> = {
  /** Turns the variable's text into the value; the issue's text completes a sentence that begins with the name. */
  readonly schema: z.ZodType<T>
  /** The default as it would be written in the environment and as the docs show it; `''` for none. */
  readonly default: string
  /** The value to read in place of `default`, where the docs show something shorter. */
  readonly actualDefault?: string
  readonly unit: string
  /** What the setting does, for the docs. */
  readonly about: string
  /** Never shown in an error or on a page. */
  readonly secret?: boolean
  /** An empty variable is a value of its own; for all other settings it counts as not set. */
  readonly emptyIsValue?: boolean
  /** Recognises another program's variable of the same name; such a value counts as not set. */
  readonly isForeign?: (value: string) => boolean
}

/** Settings by their environment variable. */
export type SettingTable = Readonly<Record<string, Setting>>
export type Values<T extends SettingTable> = { readonly [K in keyof T]: z.output<T[K]['schema']> }
export type Environment = Readonly<Record<string, string | undefined>>

const setting = <T>(schema: z.ZodType<T>, fallback: string, unit: string, about: string): Setting<T> => ({
  schema,
  default: fallback,
  unit,
  about,
})

const outside = (min: number, max: number) => ({
  error: ({ input }: { input: unknown }) =>
    // What is no number, such as 0,5 or 5 €, has become NaN.
    `is not between ${min} and ${max}${Number.isNaN(input) ? ': write a number such as 0.5' : ''}`,
})

const between = (schema: z.ZodType<number>, min: number, max: number) =>
  schema.refine((n) => n >= min && n <= max, outside(min, max))

/** A whole number from `min` to `max`. @param unit may be empty */
export function number(fallback: number, unit: string, min: number, max: number, about: string) {
  const whole = z.string().regex(/^\d+$/, 'is not a whole number').transform(Number)
  const range = `${min}–${max}`
  return setting(between(whole, min, max), String(fallback), unit ? `${unit}, ${range}` : range, about)
}

/** A whole number from `min` to `max`, or `auto`: the server finds the number. */
export function numberOrAuto(
  fallback: number | 'auto',
  unit: string,
  min: number,
  max: number,
  about: string,
) {
  const whole = number(0, unit, min, max, about)
  const schema = z
    .string()
    .regex(/^(?:auto|\d+)$/, 'is not a whole number')
    .transform((value) => (value === 'auto' ? value : Number(value)))
    .refine((n) => n === 'auto' || (n >= min && n <= max), `is not between ${min} and ${max}`)
  return setting(schema, String(fallback), `${whole.unit} · auto`, about)
}

/** A number from `min` to `max` that may have decimals. */
export function share(fallback: number, min: number, max: number, about: string) {
  return setting(between(z.string().transform(Number), min, max), String(fallback), `${min}–${max}`, about)
}

/** A number from `min` to `max` that may have decimals, or `off`, whose value is undefined. */
export function shareOrOff(fallback: number, min: number, max: number, about: string) {
  const schema = z
    .string()
    .transform((value) => (value === 'off' ? undefined : Number(value)))
    .refine((n) => n === undefined || (n >= min && n <= max), `is neither off nor between ${min} and ${max}`)
  return setting(schema, String(fallback), `${min}–${max} · off`, about)
}

/** A number from `min` to `max` that may have decimals, undefined unless set. */
export function optionalNumber(min: number, max: number, about: string) {
  const schema = z
    .string()
    .transform((value) => (value === '' ? undefined : Number(value)))
    .refine((n) => n === undefined || (n >= min && n <= max), outside(min, max))
  return setting(schema, '', `${min}–${max}`, about)
}

export const text = (fallback: string, about: string) => setting(z.string(), fallback, '', about)

/** One of `options`. */
export function choice<const T extends string>(options: readonly T[], fallback: T, about: string) {
  const schema = z.enum(options, `is not one of ${options.join(', ')}`)
  return setting(schema, fallback, options.join(' · '), about)
}

export function flag(about: string) {
  const schema = z.enum(['0', '1'], 'is neither 0 nor 1').transform((value) => value === '1')
  return setting(schema, '0', '0 · 1', about)
}

const parts = (value: string) => value.split(',').map((part) => part.trim())

/** A list of `options`, separated by commas; at least one, unless the default is empty. */
export function list<const T extends string>(options: readonly T[], fallback: string, about: string) {
  const schema = z
    .string()
    .transform((value) => parts(value).filter((part) => fallback !== '' || part !== ''))
    .superRefine((names, context) => {
      const unknown = names.filter((name) => !(options as readonly string[]).includes(name))
      if (unknown.length === 0) return
      const quoted = unknown.map((name) => JSON.stringify(name)).join(', ')
      context.addIssue(`contains ${quoted}; known are ${options.join(', ')}`)
    })
    .transform((names) => names as T[])
  return setting(schema, fallback, `list of ${options.join(' · ')}`, about)
}

/** Any words, separated by commas; may be none. */
export function words(fallback: string, about: string) {
  const schema = z.string().transform((value) => parts(value).filter((part) => part !== ''))
  return setting(schema, fallback, 'list', about)
}

/** Without the slashes at its end, so that an address has one form. @param schemes with their colon: `https:` */
export function url(schemes: readonly string[], fallback: string, about: string) {
  const isAllowed = (value: string) => value === '' || schemes.includes(URL.parse(value)?.protocol ?? '')
  const error = `is not a URL that begins with ${schemes.join('// or ')}//`
  const schema = z.string().refine(isAllowed, { error })
  return setting(
    schema.transform((value) => value.replace(/\/+$/, '')),
    fallback,
    '',
    about,
  )
}

export const secret = (about: string): Setting<string> => ({ ...text('', about), secret: true })

/** What a header can carry unchanged: with any other character browsers, curl and SDKs send other bytes, or throw. */
const headerSafe = /^[\x21-\x7e]*$/

/** A secret that is sent in a header. @param fault completes a sentence that begins with the variable's name */
function headerSecret(about: string, fault: string): Setting<string> {
  return { ...secret(about), schema: z.string().regex(headerSafe, fault) }
}

/** A vendor's API key. */
export const apiKey = (about: string) =>
  headerSecret(about, "contains spaces or letters that no key has: copy it again from the vendor's page")

/** A bearer token that our own clients send. */
export const bearerToken = (about: string) =>
  headerSecret(about, 'contains spaces or letters that a header cannot hold: use A-Z, a-z, 0-9 and - . _ ~')

/**
 * Reads one table of settings. Blanks around a value are dropped: env files leave spaces and carriage returns there.
 *
 * @returns the values, whole only when `faults` is empty, and one sentence per variable that cannot be used
 */
export function readSettings<T extends SettingTable>(
  table: T,
  environment: Environment,
): { values: Values<T>; faults: string[] } {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(table)) {
    const given = environment[name]?.trim()
    const isEmpty = given === '' && !one.emptyIsValue
    const isSet = given !== undefined && !isEmpty && !one.isForeign?.(given)
    const result = one.schema.safeParse(isSet ? given : (one.actualDefault ?? one.default))
    if (result.success) values[name] = result.data
    else {
      const shown = one.secret ? '' : `(${JSON.stringify(given ?? '')}) `
      faults.push(`${name} ${shown}${result.error.issues[0].message}`)
    }
  }
  return { values: values as Values<T>, faults }
}
