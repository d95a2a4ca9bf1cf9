// The admin server as the tests ask it: servers under test get this token, and every request sends it.

export const testToken = 'the-token-of-the-servers-under-test-7Kq2'

/** @param path below the server's URL @param init as fetch takes it */
export function askAdmin(url: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${testToken}`)
  return fetch(new URL(path, url), { ...init, headers })
}
