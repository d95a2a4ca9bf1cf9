// A typed client of the admin API for scripts: `createClient(url, token).api.calls.$get()`.

import { hc } from 'hono/client'
import type { AdminApp } from './app.ts'

/** @param url URL of the admin server, without a path @param fetch used instead of the global one */
export function createClient(url: string, token?: string, fetch?: typeof globalThis.fetch) {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return hc<AdminApp>(url, { headers, ...(fetch ? { fetch } : {}) })
}
