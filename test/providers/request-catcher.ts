// What each adapter sends, caught by a server that understands nothing: path, query, headers and body, and the text
// messages of a socket. The expectations are in test/providers/requests/, one file per adapter, and are written anew
// only by `bun test/providers/request-catcher.ts --write`: a difference there is one that a vendor sees.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings } from '../../src/base/setting.ts'
import type { AdapterDefinition, Opened } from '../../src/providers/adapter.ts'
import { adapters } from '../../src/providers/adapters.ts'
import type { SttEvent } from '../../src/providers/stt.ts'
import { codedSpeech } from '../support/clouds/coded.ts'
import { until } from '../support/clouds/until.ts'
import { openCall } from '../support/hearing.ts'
import { secret, testDeps } from './contract.ts'

type Caught = {
  request: string
  query?: Record<string, string | string[]>
  headers: Record<string, string>
  body?: unknown
  /** Of a socket: text messages, and the size of the first binary one; repetitions of a type are left out. */
  messages?: unknown[]
}

/** Headers of the runtime and the SDKs, which say nothing of ours. */
const ignored =
  /^(host|connection|content-length|accept-encoding|accept-language|sec-fetch-mode|user-agent|sec-websocket-.*|x-stainless-.*|x-fern-.*|x-deepgram-session-id)$/

/** A UUID, a boundary, the port and the key. */
const steady = (text: string): string =>
  text
    .replaceAll(secret, 'SECRET')
    .replace(/boundary=\S+/g, 'boundary=BOUNDARY')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')

function startCatcher() {
  const caught: Caught[] = []
  let closed = 0
  const server = Bun.serve<Caught>({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request, self) {
      const url = new URL(request.url)
      const headers = Object.fromEntries(
        [...request.headers]
          .filter(([name]) => !ignored.test(name))
          .map(([name, value]) => [name, steady(value)]),
      )
      const query: Caught['query'] = {}
      for (const name of new Set(url.searchParams.keys())) {
        const values = url.searchParams.getAll(name)
        query[name] = values.length === 1 ? values[0] : values
      }
      const isSocket = request.headers.get('upgrade') === 'websocket'
      const one: Caught = {
        request: `${isSocket ? 'GET (upgrade)' : request.method} ${url.pathname}`,
        ...(Object.keys(query).length > 0 ? { query } : {}),
        headers,
        ...(isSocket ? { messages: [] } : { body: await bodyOf(request) }),
      }
      caught.push(one)
      if (isSocket && self.upgrade(request, { data: one })) return undefined
      return Response.json({ error: { code: 'invalid_api_key' } }, { status: 401 })
    },
    websocket: {
      // What the realtime protocols begin with; Deepgram's clients ignore it.
      open: (socket) => void socket.send('{"type":"session.created"}'),
      message({ data: { messages = [] } }, message) {
        const next =
          typeof message === 'string' ? shortened(JSON.parse(message)) : { binaryBytes: message.byteLength }
        const kindOf = (value: unknown) => (value as { type?: string }).type ?? 'binary'
        if (!messages.some((other) => kindOf(other) === kindOf(next))) messages.push(next)
      },
      close: () => void closed++,
    },
  })
  return { caught, server, closedSockets: () => closed }
}

const shortened = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, field) =>
      typeof field === 'string' && field.length > 200 ? `${field.length} characters` : field,
    ),
  )

async function bodyOf(request: Request): Promise<unknown> {
  if (!request.headers.get('content-type')?.startsWith('multipart/')) return request.json()
  const fields: Record<string, unknown> = {}
  for (const [name, value] of await request.formData())
    fields[name] =
      typeof value === 'string' ? value : `file ${value.name} ${value.type} of ${value.size} bytes`
  return fields
}

const keyOf = ({ service, name, vendor }: AdapterDefinition) => `${service}-${name}-at-${vendor}`
export const withVendor = adapters.filter(({ credentials }) => credentials !== undefined)
export const expectedFile = (one: AdapterDefinition): string =>
  join(import.meta.dir, 'requests', `${keyOf(one)}.json`)

/** @returns the requests of one use of the adapter with its default settings */
export async function requestsOf(one: AdapterDefinition): Promise<string> {
  const { caught, server, closedSockets } = startCatcher()
  const { credentials, settings } = one
  if (!credentials) throw new Error('an adapter without a vendor')
  const usual = URL.parse(settings[credentials.baseUrl].default) ?? new URL('https://vendor.invalid/v1')
  const scheme = usual.protocol.startsWith('ws') ? 'ws' : 'http'
  const account = {
    [credentials.apiKey]: secret,
    [credentials.baseUrl]: `${scheme}://127.0.0.1:${server.port}${usual.pathname.replace(/\/$/, '')}`,
  }
  const opened = one.open({ ...readSettings(settings, {}).values, ...account }, testDeps())
  for (const each of opened) {
    await use(one, each, () => caught.length > 0, closedSockets)
    each.adapter.close()
  }
  await server.stop(true)
  return `${JSON.stringify(caught, null, 2)}\n`
}

async function use(
  one: AdapterDefinition,
  { adapter }: Opened,
  isAsked: () => boolean,
  closedSockets: () => number,
) {
  const { signal } = new AbortController()
  const refused = (error: { code?: string }) => {
    if (error.code !== 'auth') throw error
  }
  if ('reply' in adapter) {
    const messages = [
      { role: 'system', content: 'Règles.' },
      { role: 'user', content: 'Internet' },
    ] as const
    await Array.fromAsync(adapter.reply({ messages: [...messages], maxTokens: 300, signal })).catch(refused)
  } else if ('speak' in adapter)
    await adapter.speak({ text: 'Bonjour.', language: 'fr', signal }).catch(refused)
  else {
    const events: SttEvent[] = []
    const session = openCall(adapter, {
      language: 'fr',
      callId: 'call-1',
      onEvent: (event) => events.push(event),
    })
    for (const frame of codedSpeech(['oui'])) session.write(frame)
    for (let i = 0; i < 100; i++) session.write(new Int16Array(160))
    await until('the request', isAsked)
    const isOpen = () => events.some((event) => event.kind === 'link')
    await until('the link', isOpen)
    session.hint({ keyterms: ['box', 'fibre'], expect: 'yesNo' })
    session.finalize()
    session.close()
    if (one.name !== 'whisper') await until('the end of the socket', () => closedSockets() > 0)
  }
}

if (import.meta.main && Bun.argv.includes('--write')) {
  await mkdir(join(import.meta.dir, 'requests'), { recursive: true })
  for (const one of withVendor) {
    await Bun.write(expectedFile(one), await requestsOf(one))
    console.log(expectedFile(one))
  }
  process.exit(0)
}
