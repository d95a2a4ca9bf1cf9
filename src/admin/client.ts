// A typed client of the admin API, for scripts and for the page: `createClient(url, token).api.calls.$get()`.

import { hc } from 'hono/client'
import type { AdminApp } from './app.ts'

/** @param url of the admin server, without a path @param fetch to be used instead of the global one */
export function createClient(url: string, token?: string, fetch?: typeof globalThis.fetch) {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return hc<AdminApp>(url, { headers, ...(fetch ? { fetch } : {}) })
}
