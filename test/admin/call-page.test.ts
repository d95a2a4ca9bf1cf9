// The page /call: who may put it into a frame, in which language it comes, and that all its languages have all words.

import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { de } from '../../src/admin/page/call/de.ts'
import { en } from '../../src/admin/page/call/en.ts'
import { es } from '../../src/admin/page/call/es.ts'
import { fr } from '../../src/admin/page/call/fr.ts'
import { firstLanguage, offeredTexts } from '../../src/admin/page/call/texts.ts'
import { Links } from '../../src/webrtc/links.ts'
import { fakeProgram, fakeWebrtc } from './fakes.ts'

setDefaultTimeout(60_000)

const origin = 'https://www.example.com'

function world() {
  const state = { wallMs: 1_000 }
  const links = new Links({ wallMs: () => state.wallMs })
  links.create({ origin, minutes: 10, calls: 1 })
  const { ask } = fakeProgram({ talk() {}, webrtc: fakeWebrtc(links), token: 'ours' })
  const framed = async (path: string) => {
    const { status, headers } = await ask(path)
    const policy = headers.get('content-security-policy') ?? ''
    return [status, /frame-ancestors (.*)$/.exec(policy)?.[1], headers.get('x-frame-options')]
  }
  return { ask, framed, state }
}

describe('the page', () => {
  test('may be put into a frame by the origin of a link, and by no other', async () => {
    const { framed, state } = world()
    const path = (of: string) => `/call?origin=${encodeURIComponent(of)}`
    expect(await framed(path(origin))).toEqual([200, origin, null])
    for (const other of [
      'https://evil.example',
      'https://www.example.com:8443',
      "'self' https://evil.example",
      '*',
      '',
    ])
      expect(await framed(path(other))).toEqual([200, "'none'", 'DENY'])
    expect(await framed('/call')).toEqual([200, "'none'", 'DENY'])
    state.wallMs += 2 * 3_600_000
    expect(await framed(path(origin))).toEqual([200, "'none'", 'DENY'])
  })

  test('needs no token, allows nothing inline, and nothing of other origins', async () => {
    const { ask } = world()
    const response = await ask('/call')
    const html = await response.text()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(html).not.toMatch(/\son\w+=|style=|<script(?![^>]*(src=|application\/json))/)
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual([
      'data:,',
      '/page/colours.css',
      '/page/call.css',
      '/page/call.js',
    ])
  })

  test('comes in the browser’s language where it is offered, and the site may choose it', async () => {
    const { ask } = world()
    const page = async (path: string, accepted: string) =>
      (await ask(path, { headers: { 'accept-language': accepted } })).text()
    expect(await page('/call', 'en-GB,fr;q=0.5')).toContain('<html lang="en">')
    const german = await page('/call', 'de,es')
    expect(german).toContain('<html lang="fr">')
    expect(german).toContain('<label id="language">')
    const chosen = await page('/call?language=en', 'fr')
    expect(chosen).toContain('<html lang="en">')
    expect(chosen).toContain('<label id="language" hidden="">')
  })

  test('says how it can call, and is missing where it cannot', async () => {
    expect(await (await world().ask('/call')).text()).toContain('data-ways="webrtc websocket"')
    expect(await (await fakeProgram({ talk() {} }).ask('/call')).text()).toContain('data-ways="websocket"')
    expect((await fakeProgram().ask('/call')).status).toBe(404)
  })
})

describe('its words', () => {
  const paths = (value: object, before = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'string' ? [`${before}${key}`] : paths(inner, `${before}${key}.`),
    )

  test.each(Object.entries({ en, es, de }))('%s has all that French has', (_code, texts) => {
    expect(paths(texts)).toEqual(paths(fr))
    expect(JSON.stringify(texts)).not.toContain('""')
  })

  test('are those of the languages that the server offers, the default first', () => {
    expect(Object.keys(offeredTexts(['de', 'fr', 'xx']))).toEqual(['de', 'fr'])
    expect(Object.keys(offeredTexts(['xx']))).toEqual(['fr'])
  })

  test.each([
    [undefined, 'es-MX,en', 'es'],
    [undefined, 'it,de-AT;q=0.8', 'de'],
    [undefined, undefined, 'de'],
    ['en', 'es', 'en'],
    ['xx', 'es', 'es'],
  ] as const)('?language=%p with Accept-Language %p begin in %p', (asked, accepted, language) => {
    expect(firstLanguage(offeredTexts(['de', 'en', 'es']), asked, accepted)).toBe(language)
  })
})
