// What the requests of all pages share: where the token is, refusals, and WebSockets with a token.

/** Name of the operator's token in sessionStorage. */
export const tokenKey = 'voicebot-token'

/** A refused request; `code` as in src/admin/problem.ts. */
export class RequestError extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message)
  }
}

/** @param response one that is not ok */
export async function refusalOf(response: Response): Promise<RequestError> {
  const problem = (await response.json().catch(() => undefined)) as
    | { detail?: string; code?: string }
    | undefined
  return new RequestError(problem?.detail ?? `${response.status} ${response.statusText}`, problem?.code)
}

/** A browser can set no headers on a WebSocket: the token is a subprotocol. @param token empty for none */
export function socketWith(path: string, token: string): WebSocket {
  const protocols = token === '' ? ['voicebot'] : ['voicebot', `token.${base64Url(token)}`]
  const socket = new WebSocket(path, protocols)
  socket.binaryType = 'arraybuffer'
  return socket
}

function base64Url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
