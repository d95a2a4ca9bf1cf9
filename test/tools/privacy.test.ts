import { describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { openSite } from '../../src/site/store.ts'
import { privacyMain, privacySheet } from '../../src/tools/privacy.ts'
import { texts } from '../dialogue/test-dialogue.ts'

const sheet = (environment: Record<string, string>, language: 'fr' | 'en' = 'fr') =>
  privacySheet(readConfig(environment), texts.fr, language)

describe('the processing sheet', () => {
  test('says what is kept, how long, and what callers hear', () => {
    const text = sheet({ RECORDINGS_DAYS: '12', TRANSCRIPTS_DAYS: '40', RECORDINGS_DIR: '/srv/rec' })
    expect(text).toContain("| son de l'appel (deux voix) | `/srv/rec` | 12 jours |")
    expect(text).toContain('40 jours')
    expect(text).toMatch(/entrées de l’appel, .*\| `\/srv\/rec` \| 40 jours/)
    expect(text).toMatch(/index de recherche.*\| `\/srv\/rec\/\.search\.sqlite` \| 40 jours/)
    expect(text).toContain('Cet appel est enregistré')
    expect(text).toContain("ici l'assistant automatique")
    expect(text).toContain('RECORDING_PAUSE=0')
  })

  test.each([
    ['RECORDING', 'off'],
    ['RECORDINGS_DIR', ''],
  ])('with %s=%s says that nothing is recorded', (name, value) => {
    const text = sheet({ [name]: value })
    expect(text).toContain('Les appels ne sont pas enregistrés')
    expect(text).not.toContain('Cet appel est enregistré')
  })

  test('lists a vendor only with its key, with its place and what it says of retention, and never the key', () => {
    expect(sheet({})).not.toContain('deepgram')
    const text = sheet({ DEEPGRAM_API_KEY: 'a-secret-key', GROQ_API_KEY: 'another-secret' }, 'en')
    expect(text).toContain(
      '| deepgram (deepgram) | the voice of the caller | api.deepgram.com (United States) |',
    )
    expect(text).toContain('mip_opt_out')
    expect(text).toContain('| groq (groq) | the transcript of the last turns | api.groq.com')
    expect(text).not.toMatch(/secret/)
  })

  test('lists the operator’s own systems that get something of calls', () => {
    const urls = { LOOKUP_URL: 'https://crm.example/who', WEBHOOK_URL: 'https://crm.example/events?key=abc' }
    const key = { WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }
    expect(sheet({}, 'en')).not.toContain('WEBHOOK_URL')
    const text = sheet({ ...urls, ...key }, 'en')
    expect(text).toContain('| LOOKUP_URL | number of the line, dialled number | crm.example')
    expect(text).toContain('| WEBHOOK_URL | numbers, name, problem and summary, no transcript;')
    expect(text).not.toMatch(/whsec_|key=abc/)
  })

  test('names the place of a server of one’s own', () => {
    const own = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1', LLM: 'openai' }
    expect(sheet(own, 'en')).toContain('127.0.0.1 (this machine)')
  })

  test('quotes the notice as the site has changed it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'privacy-'))
    const site = await openSite({ dir: join(dir, 'site'), wallMs: () => 0 })
    const after = { text: 'Cet appel est enregistré pour former nos équipes.', sound: null, version: 1 }
    const item = { kind: 'phrase' as const, id: 'fr.recording_notice', shipped: null, before: null, after }
    await site.commit({ by: 'Marie', action: 'text', items: [item] })
    const written: string[] = []
    const sink = { write: (text: string) => void written.push(text) }
    await privacyMain([], sink, { DATA_DIR: dir, CONFIG_FILE: '' })
    const out = written.join('')
    await rm(dir, { recursive: true })
    expect(out).toContain('« Cet appel est enregistré pour former nos équipes. »')
    expect(out).not.toContain('améliorer notre service')
  })

  test('is printed in the language asked for; a wrong one is refused', async () => {
    let out = ''
    const sink = {
      write(text: string) {
        out += text
      },
    }
    expect(await privacyMain(['--lang', 'en'], sink, {})).toBe(0)
    expect(out).toStartWith('# Processing sheet')
    expect(await privacyMain(['--lang', 'de'], sink, {})).toBe(2)
  })
})
