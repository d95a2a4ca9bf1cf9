// Requests to the admin API, with the token where one is required. The token stays in the tab (sessionStorage) and is
// sent as a header, or as a WebSocket subprotocol, never in a URL.

import { showMessage, texts } from './dom.ts'
import { byId } from './elements.ts'
import { refusalOf, socketWith, tokenKey } from './requests.ts'

let loggingIn: Promise<void> | undefined

/**
 * Trades the one-time code of the address (`#code=…`) for the token, and removes it from the address and the history.
 * Called once, before any request of the page.
 */
export async function loginByLink(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code === null) return
  history.replaceState(null, '', location.pathname + location.search)
  const response = await fetch('/api/session', {
    method: 'POST',
    body: JSON.stringify({ code }),
    headers: { 'Content-Type': 'application/json' },
  })
  if (response.ok) sessionStorage.setItem(tokenKey, ((await response.json()) as { token: string }).token)
  else showMessage(texts.oldLink, true)
}

/** Sends a request; after a 401, asks the operator for the token and retries. @throws {Error} the problem's detail */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  const token = sessionStorage.getItem(tokenKey)
  if (token !== null) headers.set('Authorization', `Bearer ${token}`)
  const response = await fetch(path, { ...init, headers })
  if (response.status === 401) {
    await login()
    return ask(path, init)
  }
  if (!response.ok) throw await refusalOf(response)
  return response
}

export async function askJson<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await ask(path, init)).json()) as T
}

export function post(path: string, body?: unknown, method = 'POST'): Promise<Response> {
  if (body === undefined) return ask(path, { method })
  return ask(path, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

export function openSocket(path: string): WebSocket {
  return socketWith(path, sessionStorage.getItem(tokenKey) ?? '')
}

/**
 * Reads server-sent events with fetch, because `EventSource` can't send a token. Resolves when the stream ends.
 *
 * @param signal ends the stream, which then throws
 */
export async function readEvents(
  path: string,
  onOpen: () => void,
  onEvent: (data: unknown) => void,
  signal?: AbortSignal,
): Promise<void> {
  const response = await ask(path, signal ? { signal } : {})
  if (response.body === null) return
  onOpen()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += read.value
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks)
      for (const line of block.split('\n')) if (line.startsWith('data: ')) onEvent(JSON.parse(line.slice(6)))
  }
}

/** Asks the operator for the token; requests that are refused meanwhile share the question. */
function login(): Promise<void> {
  loggingIn ??= new Promise<void>((resolve) => {
    const form = byId('login') as HTMLFormElement
    form.hidden = false
    const input = form.elements.namedItem('token') as HTMLInputElement
    if (sessionStorage.getItem(tokenKey) !== null) showMessage(texts.wrongToken, true)
    input.value = ''
    input.focus()
    form.onsubmit = (event) => {
      event.preventDefault()
      sessionStorage.setItem(tokenKey, String(new FormData(form).get('token')))
      form.hidden = true
      loggingIn = undefined
      resolve()
    }
  })
  return loggingIn
}
