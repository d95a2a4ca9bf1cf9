import { describe, expect, test } from 'bun:test'
import { pageLanguage, pageTexts } from '../../src/admin/page/texts.ts'
import { fakeProgram, fakeSpending } from './fakes.ts'

describe('page', () => {
  test.each([
    [undefined, undefined, 'fr'],
    [undefined, 'en-GB,en;q=0.9', 'en'],
    [undefined, 'de-DE,de;q=0.9,en;q=0.5', 'en'],
    [undefined, 'fr-FR,en', 'fr'],
    ['en', 'fr-FR', 'en'],
    ['xx', 'en', 'en'],
  ] as const)('?lang=%p with Accept-Language %p gives %p', (asked, accepted, language) => {
    expect(pageLanguage(asked, accepted)).toBe(language)
  })

  test('comes in the requested language, with a policy that allows nothing from other origins', async () => {
    const { ask } = fakeProgram({ talk() {} })
    for (const language of ['fr', 'en'] as const) {
      const response = await ask(`/?lang=${language}`)
      const html = await response.text()
      expect(html).toStartWith(`<!doctype html><html lang="${language}">`)
      expect(html).toContain(pageTexts[language].live)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).not.toContain('unsafe')
    }
  })

  test('has the telephone only where calls from the page are available', async () => {
    expect(await (await fakeProgram({ talk() {} }).ask('/')).text()).toContain('id="talk-button"')
    expect(await (await fakeProgram().ask('/')).text()).not.toContain('id="talk-button"')
  })

  test('hides the machines until the script has found several', async () => {
    expect(await (await fakeProgram().ask('/')).text()).toMatch(/<section[^>]* id="machines" hidden/)
    expect(await (await fakeProgram().ask('/api/machines')).json()).toEqual({ machines: [], away: [] })
  })

  test('shows what vendors cost today, in the language of the page', async () => {
    const { ask } = fakeProgram()
    const titles = { fr: 'Coût du jour', en: 'Cost today' }
    for (const language of ['fr', 'en'] as const)
      expect(await (await ask(`/?lang=${language}`)).text()).toContain(`>${titles[language]}</h2>`)
    expect(await (await ask('/api/spending')).json()).toEqual(fakeSpending)
  })

  test.each([
    ['/page/main.js', 'text/javascript; charset=utf-8'],
    ['/page/worklet.js', 'text/javascript; charset=utf-8'],
    ['/page/call.js', 'text/javascript; charset=utf-8'],
    ['/page/style.css', 'text/css; charset=utf-8'],
    ['/page/live.css', 'text/css; charset=utf-8'],
    ['/page/sections.css', 'text/css; charset=utf-8'],
    ['/page/colours.css', 'text/css; charset=utf-8'],
    ['/page/call.css', 'text/css; charset=utf-8'],
  ])('%s is served as %s', async (path, type) => {
    const response = await fakeProgram().ask(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
    expect((await response.text()).length).toBeGreaterThan(500)
  })

  test('it needs no token from any address, because it contains no data', async () => {
    for (const path of ['/', '/page/main.js'])
      expect((await fakeProgram({ token: 'a-token' }).ask(path, {}, { address: '203.0.113.5' })).status).toBe(
        200,
      )
  })
})
