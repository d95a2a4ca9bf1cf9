// How FastAPI and pydantic word a request body that does not fit. Mistral's API and vLLM both use them:
// mistralai/client-python docs/models/validationerror.md names the fields loc, msg, type, input and ctx.

export type Problem = {
  type: string
  loc: readonly (string | number)[]
  msg: string
  input?: unknown
  ctx?: Record<string, unknown>
}

export type Rule = {
  type: 'string' | 'boolean' | 'integer' | 'number' | 'object'
  required?: boolean
  nullable?: boolean
  oneOf?: readonly string[]
}
export type Rules = Record<string, Rule>

export type Body = Record<string, unknown>

const wrongType: Record<Rule['type'], [type: string, msg: string]> = {
  string: ['string_type', 'Input should be a valid string'],
  boolean: ['bool_type', 'Input should be a valid boolean'],
  integer: ['int_type', 'Input should be a valid integer'],
  number: ['float_type', 'Input should be a valid number'],
  object: ['dict_type', 'Input should be a valid dictionary'],
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fits(value: unknown, type: Rule['type']): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value)
    case 'object':
      return isObject(value)
    default:
      return typeof value === type
  }
}

/** `'a', 'b' or 'c'`, as pydantic lists what it expects. */
const oneOf = (values: readonly string[]): string => {
  const quoted = values.map((value) => `'${value}'`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** @param at the path to `body`; @param extra what happens to fields without a rule */
export function problemsOf(
  body: unknown,
  rules: Rules,
  at: readonly string[] = ['body'],
  extra: 'forbidden' | 'ignored' = 'forbidden',
): Problem[] {
  if (!isObject(body)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from'
    return [{ type: 'model_attributes_type', loc: at, msg, input: body }]
  }
  const problems: Problem[] = []
  for (const [name, rule] of Object.entries(rules)) {
    const value = body[name]
    const loc = [...at, name]
    if (value === undefined) {
      if (rule.required) problems.push({ type: 'missing', loc, msg: 'Field required', input: body })
    } else if (value === null && rule.nullable) {
      // Given as null: as if it were left out.
    } else if (!fits(value, rule.type)) {
      const [type, msg] = wrongType[rule.type]
      problems.push({ type, loc, msg, input: value })
    } else if (rule.oneOf && !rule.oneOf.includes(value as string)) {
      const expected = oneOf(rule.oneOf)
      const msg = `Input should be ${expected}`
      problems.push({ type: 'literal_error', loc, msg, input: value, ctx: { expected } })
    }
  }
  if (extra === 'ignored') return problems
  for (const [name, input] of Object.entries(body))
    if (!(name in rules))
      problems.push({
        type: 'extra_forbidden',
        loc: [...at, name],
        msg: 'Extra inputs are not permitted',
        input,
      })
  return problems
}

/** Reads a JSON body as FastAPI does: without a JSON content type it is bytes, and no object. */
export async function jsonBody(request: Request): Promise<{ body: unknown } | { problems: Problem[] }> {
  const text = await request.text()
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers.get('content-type') ?? ''))
    return { problems: problemsOf(text, {}) }
  try {
    return { body: JSON.parse(text) }
  } catch {
    const ctx = { error: 'Expecting value' }
    return {
      problems: [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx }],
    }
  }
}
