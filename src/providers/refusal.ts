// What a vendor's error body says in machine-readable form: a code, and the parameters that it refuses. Only words of a
// safe shape are read. The vendor's sentence is never passed on: it may quote a key, an organisation or the caller.

/** The safe part of an error body. */
export type Refusal = {
  /** `insufficient_quota`, `unsupported_parameter`; undefined when the body names none. */
  reason?: string
  /** Fields of our request that the body names; a nested field by its outermost name. */
  parameters: readonly string[]
}

/** A response that is an error, thrown by our `fetch` so that the whole body can be read: the SDKs keep only a part. */
export class RefusedResponse extends Error {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly refusal: Refusal,
  ) {
    super(`status ${status}`)
  }
}

/** How much of an error body is read. */
const longestBody = 16 * 1024

/** `fetch` for the SDKs. @throws {RefusedResponse} for every status that is not a success */
export async function fetchOrRefuse(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  if (response.ok) return response
  const sent = typeof init?.body === 'string' ? fieldNames(init.body) : []
  const refusal = readRefusal(await beginningOf(response), sent)
  throw new RefusedResponse(response.status, response.headers, refusal)
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length > longestBody) break
    }
  } catch {
    // The status alone says enough when the body breaks off.
  }
  return text.slice(0, longestBody)
}

function fieldNames(body: string): string[] {
  const json = parse(body)
  return typeof json === 'object' && json !== null ? Object.keys(json) : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A page or a plain sentence; it has no machine-readable part.
    return undefined
  }
}

/** A code is words joined by `_`, `.` or `-`. A key or an identifier has digits in its words. */
const safeCode = /^(?!sk-|gsk_|org-)[A-Za-z]{2,24}(?:[_.-][A-Za-z]{1,24}){0,6}$/

/** Deepgram names its codes `err_code` and, in newer answers, `category`. */
const codeFields: ReadonlySet<string> = new Set(['code', 'err_code', 'category'])

/** Types that say nothing beyond the status. */
const plainTypes = new Set([
  'invalid_request_error',
  'BadRequestError',
  'error',
  'api_error',
  'tokens',
  'requests',
])

/** The most that is looked at in a body of a hostile server. */
const mostValues = 200

/**
 * Reads an error body of any of the usual shapes: OpenAI's `{"error":{"code","type","param"}}`, the same without
 * `error`, and FastAPI's `detail[].loc`.
 *
 * @param sent the names of the request's fields
 */
export function readRefusal(body: string, sent: readonly string[]): Refusal {
  const codes: string[] = []
  const types: string[] = []
  const named = new Set<string>()
  const texts: string[] = []
  let seen = 0
  const visit = (value: unknown, field: string): void => {
    if (++seen > mostValues) return
    if (Array.isArray(value)) for (const item of value) visit(item, field)
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(inner, name)
    else if (typeof value !== 'string') return
    else if (codeFields.has(field)) codes.push(value)
    else if (field === 'type') types.push(value)
    else if (field === 'param' || field === 'loc') named.add(value)
    else if (field === 'message' || field === 'msg' || field === 'error' || field === 'detail')
      texts.push(value)
  }
  visit(parse(body), '')
  const isSafe = (word: string) => safeCode.test(word)
  const reason =
    codes.find(isSafe) ?? types.find((type) => isSafe(type) && !plainTypes.has(type)) ?? types.find(isSafe)
  const byPlace = sent.filter((field) => [...named].some((name) => name.split('.')[0] === field))
  if (byPlace.length > 0) return { reason, parameters: byPlace }
  const sentences = texts.join('\n')
  return { reason, parameters: sent.filter((field) => new RegExp(`\\b${field}\\b`).test(sentences)) }
}

/** Reasons after which nothing will work until the operator has done something. */
const permanent: ReadonlySet<string> = new Set([
  ...[
    'insufficient_quota',
    'insufficient_balance',
    'insufficient_credits',
    'quota_exceeded',
    'billing_not_active',
  ],
  ...['billing_hard_limit_reached', 'account_deactivated', 'access_terminated', 'payment_required'],
  ...[
    'invalid_api_key',
    'invalid_authentication',
    'unauthorized',
    'permission_denied',
    'organization_restricted',
    // Deepgram's.
    'invalid_auth',
    'insufficient_permissions',
    'asr_payment_required',
  ],
])
const noModel: ReadonlySet<string> = new Set([
  ...[
    'model_not_found',
    'invalid_model',
    'model_decommissioned',
    'unknown_model',
    'model_not_active',
    'model_terms_required',
  ],
])

/** Whether the account, and not this request, is the reason: no credit, a wrong key. */
export const isAccountReason = (reason: string | undefined): boolean =>
  reason !== undefined && permanent.has(reason.toLowerCase())
export const isModelReason = (reason: string | undefined): boolean =>
  reason !== undefined && noModel.has(reason.toLowerCase())

/** Deepgram's numbered codes, such as `NET-0001`, at the beginning of a sentence or alone. */
const numberedCode = /^[A-Z]{2,8}-\d{4}\b/

/** @returns the code in a vendor's short text (`dg-error`, the reason of a close frame); undefined for a sentence */
export const codeIn = (text: string | null | undefined): string | undefined =>
  numberedCode.exec(text ?? '')?.[0] ?? (safeCode.test(text ?? '') ? (text ?? undefined) : undefined)
