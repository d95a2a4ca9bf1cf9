// Habits of chat servers that a simple fake does not have: they refuse parameters by name, deliver the model's
// reasoning in many ways, write machine text among the words, and end a stream in different ways. Each habit follows a
// public specification, issue or chat template.

import { type ChatBody, chatChunk, dataLine, doneLine, piecesOf } from './chat.ts'
import { misfit, type TemplateName, templates } from './templates.ts'

/** How a chat server answers: with a refusal, or with the lines of its stream. */
export type Habit = (body: ChatBody) => Response | readonly string[]

type Refusal = { message?: unknown; type?: string; param?: string | null; code?: string | number | null }
const refuse = (status: number, error: Refusal) => Response.json({ error }, { status })

/** A stream of deltas with an end. @param finish null leaves the reason out @param done whether `[DONE]` follows */
export function deltas(
  list: readonly Record<string, unknown>[],
  { finish = 'stop', done = true }: { finish?: string | null; done?: boolean } = {},
): string[] {
  const lines = list.map((delta) => dataLine(chatChunk(delta)))
  if (finish !== null) lines.push(dataLine(chatChunk({}, finish)))
  return done ? [...lines, doneLine] : lines
}
const content = (text: string) => piecesOf(text).map((piece) => ({ content: piece }))
const thought = 'The customer says the box is down. I should ask for the name. '

/** @param text what the model answers, its first line included */
export const habits = (text: string) => {
  const answers = () => deltas(content(text))
  return {
    /** A server whose chat template refuses some orders of roles. */
    template:
      (name: TemplateName, status = 400): Habit =>
      ({ messages }) => {
        const fault = misfit([name], messages)
        return fault === undefined
          ? answers()
          : refuse(status, { message: fault, type: 'BadRequestError', code: status })
      },
    /** All templates at once. */
    allTemplates:
      (): Habit =>
      ({ messages }) => {
        const fault = misfit(Object.keys(templates) as TemplateName[], messages)
        return fault === undefined ? answers() : refuse(400, { message: fault, type: 'BadRequestError' })
      },
    /** The GPT-5 family and later: parameters of older models are refused by name, one at a time. */
    gpt5: (): Habit => (body) => {
      if ('max_tokens' in body)
        return refuse(400, {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          type: 'invalid_request_error',
          param: 'max_tokens',
          code: 'unsupported_parameter',
        })
      if ('temperature' in body && body.temperature !== 1)
        return refuse(400, {
          message:
            "Unsupported value: 'temperature' does not support 0.4 with this model. Only the default (1) value is supported.",
          type: 'invalid_request_error',
          param: 'temperature',
          code: 'unsupported_value',
        })
      if ('chat_template_kwargs' in body)
        return refuse(400, {
          message: 'Unrecognized request argument supplied: chat_template_kwargs',
          type: 'invalid_request_error',
          param: null,
          code: null,
        })
      return answers()
    },
    /** A model that always reasons: `none` and `minimal` are refused, `low` is taken. */
    alwaysReasons: (): Habit => (body) => {
      if (body.reasoning_effort === 'none' || body.reasoning_effort === 'minimal')
        return refuse(400, {
          message: `Unsupported value: 'reasoning_effort' does not support '${body.reasoning_effort}' with this model.`,
          type: 'invalid_request_error',
          param: 'reasoning_effort',
          code: 'unsupported_value',
        })
      return answers()
    },
    /** Mistral's API and other strict FastAPI servers: unknown fields are 422, named by their place. */
    forbidsExtras: (): Habit => (body) => {
      const known = ['model', 'messages', 'stream', 'temperature', 'max_tokens']
      const extra = Object.keys(body).filter((field) => !known.includes(field))
      if (extra.length === 0) return answers()
      const detail = extra.map((field) => ({
        type: 'extra_forbidden',
        loc: ['body', field],
        msg: 'Extra inputs are not permitted',
      }))
      return Response.json(
        { object: 'error', message: { detail }, type: 'invalid_request_error' },
        { status: 422 },
      )
    },
    /** Refuses what it does not know without a word which field it was. */
    refusesSilently: (): Habit => (body) =>
      'chat_template_kwargs' in body || 'reasoning_effort' in body
        ? refuse(400, { message: 'Bad request', type: 'BadRequestError', code: 400 })
        : answers(),
    thinksInTags: (): Habit => () => deltas(content(`<think>\n${thought}\n</think>\n\n${text}`)),
    /** The template has written `<think>` already, so only the closing tag comes. */
    thinksWithLoneTag: (): Habit => () => deltas(content(`${thought}\n</think>\n\n${text}`)),
    /** gpt-oss without the server's parser: the channels of the harmony format come as text. */
    thinksInChannels: (): Habit => () =>
      deltas(
        content(
          `<|channel|>analysis<|message|>${thought}<|end|><|start|>assistant<|channel|>final<|message|>${text}<|return|>`,
        ),
      ),
    /** Neither tags nor fields: the reasoning is plain text before the answer. */
    thinksAloud: (): Habit => () => deltas(content(`${thought}\n${text}`)),
    thinksApart:
      (field: 'reasoning_content' | 'reasoning', times = 10): Habit =>
      () =>
        deltas([...Array.from({ length: times }, () => ({ [field]: thought })), ...content(text)]),
    /** All tokens went into the reasoning. */
    onlyThinks: (): Habit => () =>
      deltas([{ reasoning_content: thought }, { content: '' }], { finish: 'length' }),
    callsTool: (): Habit => () =>
      deltas(
        [
          {
            tool_calls: [
              { index: 0, id: 'c', type: 'function', function: { name: 'transfer', arguments: '{}' } },
            ],
          },
        ],
        { finish: 'tool_calls' },
      ),
    callsToolInText: (): Habit => () =>
      deltas(
        content(
          `${text}\n<tool_call>\n{"name": "transfer", "arguments": {"queue": "support"}}\n</tool_call>`,
        ),
      ),
    endsByDoneOnly: (): Habit => () => deltas(content(text), { finish: null }),
    endsByReasonOnly: (): Habit => () => deltas(content(text), { done: false }),
    endsByLength: (): Habit => () => deltas(content(text), { finish: 'length' }),
    breaksOff: (): Habit => () => deltas(content(text), { finish: null, done: false }),
    /** A whole completion in one JSON body, although a stream was requested. */
    ignoresStream: (): Habit => () =>
      Response.json({
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
        usage: { total_tokens: 51 },
      }),
    portal: (): Habit => () =>
      new Response('<html>login</html>', { headers: { 'content-type': 'text/html' } }),
    outOfCredit: (): Habit => () =>
      refuse(429, {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        param: null,
        code: 'insufficient_quota',
      }),
    unknownModel: (): Habit => () =>
      refuse(404, {
        message: 'The model `gpt-none` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
      }),
    /** One event that never ends. */
    endlessLine: (): Habit => () => [`data: {"choices":[{"delta":{"content":"${'a'.repeat(4_000_000)}`],
  }
}
