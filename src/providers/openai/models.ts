// What is known of OpenAI's own models: until when they are served, and how little they can reason. Dates are from
// https://developers.openai.com/api/docs/deprecations as of November 2026; docs/vendors.md has the table for readers.

import type { Ending } from '../adapter.ts'

/** Models that OpenAI has announced to shut down, by name; the heir is OpenAI's own recommendation. */
const endings: Readonly<Record<string, Ending>> = {
  'gpt-5-mini': { date: '2026-12-11', heir: 'gpt-6-luna' },
  'gpt-4o-mini-tts': { date: '2027-01-06' },
  'gpt-4o-mini': { date: '2027-01-14', heir: 'gpt-6-luna' },
  'whisper-1': { date: '2027-02-26', heir: 'gpt-transcribe' },
}

/** @param baseUrl of the server in use: another server's model of the same name does not end */
export const endingOf = (model: string, baseUrl: string): Ending | undefined =>
  isOpenai(baseUrl) ? endings[model] : undefined

/** Whether requests go to OpenAI itself, in whatever region, and not to a compatible server. */
export const isOpenai = (baseUrl: string): boolean => {
  const host = URL.parse(baseUrl)?.hostname ?? ''
  return host === 'api.openai.com' || host.endsWith('.api.openai.com')
}

export const efforts = ['none', 'minimal', 'low', 'medium', 'high'] as const
export type Effort = (typeof efforts)[number]

/** The least reasoning that a model of OpenAI accepts; undefined for models that do not reason and refuse the field. */
export function leastEffort(model: string): Effort | undefined {
  if (/^(?:gpt-3|gpt-4|chatgpt-4)/.test(model)) return undefined
  // GPT-5 itself does not accept `none`; its successors from 5.1 on do not accept `minimal`.
  if (/^gpt-5(?:$|-(?!chat))/.test(model)) return 'minimal'
  if (/^o\d|-pro(?:$|-)|astra/.test(model)) return 'low'
  return 'none'
}
