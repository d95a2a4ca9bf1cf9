// What a server accepts in the body of a chat request, learnt from its refusals. Servers of one protocol differ in the
// name of the token limit, in the temperatures and reasoning efforts they take, and in whether they accept unknown
// fields. One dialect belongs to one base URL and model and serves all calls.

import type { ProviderFailure } from './errors.ts'

type Body = Readonly<Record<string, unknown>>

/** Without these a request makes no sense. */
const essential: ReadonlySet<string> = new Set(['model', 'messages', 'stream'])

/** The two names of the token limit. */
const otherName: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
}

/** What to try after a reasoning effort that is refused; after the last one the field is left out. */
const nextEffort: Readonly<Record<string, string>> = { none: 'minimal', minimal: 'low' }

/** Fields that a server may refuse without naming them. */
const extras = ['chat_template_kwargs', 'reasoning_effort', 'include_reasoning', 'stream_options']

/** How often a request is changed and sent again: once for each thing that can be learnt. */
const mostChanges = 8
/** How many refusals without a name are tried without the extras; after that the extras are not the reason. */
const mostGuesses = 3

export class Dialect {
  private readonly left = new Set<string>()
  private readonly renamed = new Map<string, string>()
  private effort: string | undefined
  private guesses = 0

  /** The body as this server accepts it, as far as is known. */
  apply(body: Body): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(body)) {
      const name = this.renamed.get(field) ?? field
      if (value === undefined || this.left.has(name)) continue
      result[name] = name === 'reasoning_effort' ? (this.effort ?? value) : value
    }
    return result
  }

  /**
   * Sends a request, and sends it again without what the server refuses.
   *
   * @param failureOf classifies what `request` throws
   * @throws what `request` throws when nothing more can be learnt from it
   */
  async send<T>(
    body: Body,
    request: (body: Record<string, unknown>) => Promise<T>,
    failureOf: (error: unknown) => ProviderFailure,
  ): Promise<T> {
    let guessed: string[] = []
    for (let changes = 0; ; changes++) {
      const sent = this.apply(body)
      try {
        return await request(sent)
      } catch (error) {
        const failure = failureOf(error)
        // A guess that did not help is taken back.
        for (const field of guessed) this.left.delete(field)
        const canLearn = isAboutBody(failure) && guessed.length === 0 && changes < mostChanges
        if (!canLearn) throw error
        if (this.learn(sent, failure)) continue
        guessed = this.guess(sent)
        if (guessed.length === 0) throw error
      }
    }
  }

  /** @returns whether the next request will differ */
  private learn(sent: Body, { parameters, reason }: ProviderFailure): boolean {
    const refused = parameters.filter((field) => field in sent && !essential.has(field))
    // Another value helps when the value is refused (`unsupported_value`, FastAPI's `literal_error`), not the field.
    const isValue = /value|literal/i.test(reason ?? 'value')
    for (const field of refused) this.refuse(field, isValue ? sent[field] : undefined)
    return refused.length > 0
  }

  private refuse(field: string, value: unknown): void {
    const other = otherName[field]
    const effort = field === 'reasoning_effort' ? nextEffort[String(value)] : undefined
    if (other !== undefined && ![...this.renamed.values()].includes(field)) this.renamed.set(field, other)
    else if (effort !== undefined) this.effort = effort
    else this.left.add(field)
  }

  /** Leaves out everything that is not needed. @returns the fields left out */
  private guess(sent: Body): string[] {
    if (this.guesses >= mostGuesses) return []
    this.guesses++
    const fields = extras.filter((field) => field in sent)
    for (const field of fields) this.left.add(field)
    return fields
  }
}

const isAboutBody = ({ code, status }: ProviderFailure): boolean =>
  code === 'refused' && (status === 400 || status === 422)
