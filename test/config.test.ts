import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ConfigError } from '../src/base/errors.ts'
import { misspelt, readConfig, settings } from '../src/config.ts'
import { settingsTable, updateDocs } from '../src/tools/settings.ts'
import { languages } from '../src/understanding/languages/index.ts'

const faultsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  return ''
}

describe('settings', () => {
  test('an empty environment is enough', () => {
    const config = readConfig({})
    expect(config.AUDIOSOCKET_PORT).toBe(9092)
    expect(config.MAX_CALLS).toBe(100)
    expect(config.STT).toEqual(['deepgram', 'whisper', 'embedded'])
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('an empty variable counts as not set', () => {
    expect(readConfig({ MAX_CALLS: '', LANGUAGE: ' ' }).MAX_CALLS).toBe(100)
  })

  test('blanks and carriage returns around a value, as env files leave them, are dropped', () => {
    const environment = { AUDIOSOCKET_PORT: '80 ', AUDIOSOCKET_HOST: ' 10.0.0.1\r', GROQ_API_KEY: 'gsk\r\n' }
    expect(readConfig(environment)).toMatchObject({
      AUDIOSOCKET_PORT: 80,
      AUDIOSOCKET_HOST: '10.0.0.1',
      GROQ_API_KEY: 'gsk',
    })
  })

  test('only an empty RECORDINGS_DIR turns recordings off', () => {
    expect(readConfig({ RECORDINGS_DIR: '' }).RECORDINGS_DIR).toBe('')
    expect(readConfig({}).RECORDINGS_DIR).toEndWith('recordings')
  })

  test('default folders lie in the project, wherever it is started from; folders that are set stay as they are', () => {
    const project = join(import.meta.dir, '..')
    const { ASSETS_DIR, DATA_DIR, RECORDINGS_DIR } = readConfig({})
    expect([ASSETS_DIR, DATA_DIR, RECORDINGS_DIR]).toEqual(
      ['assets', 'data', 'recordings'].map((name) => join(project, name)),
    )
    const set = { ASSETS_DIR: 'mine', DATA_DIR: '/srv/x', RECORDINGS_DIR: '/var/x' }
    expect(readConfig(set)).toMatchObject(set)
  })

  test.each(['en_US:en', 'fr_FR', 'de_DE.UTF-8:de'])(
    'LANGUAGE=%s belongs to the system and counts as not set',
    (LANGUAGE) => {
      expect(readConfig({ LANGUAGE }).LANGUAGE).toBe('fr')
    },
  )

  test('a likely typo of a setting’s name is reported, other names are not', () => {
    const environment = {
      MAX_CALL: '5',
      AUDIO_SOCKET_PORT: '1',
      MAX_CALLS: '5',
      PATH: '/bin',
      STTS: '',
      LANG: 'C',
    }
    expect(misspelt(environment)).toEqual([
      'MAX_CALL is not a setting: did you mean MAX_CALLS or MAX_CALL_S?',
      'AUDIO_SOCKET_PORT is not a setting: did you mean AUDIOSOCKET_PORT?',
      'STTS is not a setting: did you mean STT?',
    ])
  })

  test('an eager threshold may be off', () => {
    expect(readConfig({ FLUX_EAGER_EOT_THRESHOLD: 'off' })).toHaveProperty(
      'FLUX_EAGER_EOT_THRESHOLD',
      undefined,
    )
  })

  const refusals: [string, Record<string, string>, RegExp][] = [
    ['text in place of a number', { MAX_CALLS: 'many' }, /MAX_CALLS \("many"\) is not a whole number/],
    ['a number out of range', { AUDIOSOCKET_PORT: '70000' }, /AUDIOSOCKET_PORT .*between 0 and 65535/],
    ['an unknown choice', { LANGUAGE: 'xx' }, new RegExp(`LANGUAGE .*${languages.join(', ')}`)],
    ['an unknown adapter in a list', { STT: 'deepgram,magic' }, /STT .*deepgram, flux/],
    ['a URL of another scheme', { DEEPGRAM_BASE_URL: 'ftp://x' }, /DEEPGRAM_BASE_URL .*wss:/],
    ['a public admin server without a token', { ADMIN_HOST: '0.0.0.0' }, /ADMIN_HOST .*ADMIN_TOKEN/],
    ['a token that a header cannot hold', { ADMIN_TOKEN: 'clé' }, /ADMIN_TOKEN contains .*0-9/],
    ['a token of two words', { ADMIN_TOKEN: 'two words' }, /ADMIN_TOKEN contains spaces/],
    ['a key that was copied with another word', { DEEPGRAM_API_KEY: 'clé 1' }, /DEEPGRAM_API_KEY .*copy/],
    ['a manager interface without a login', { TECHNICIANS: 'asterisk' }, /AMI_USER and AMI_SECRET/],
    [
      'an eager threshold above the final one',
      { FLUX_EAGER_EOT_THRESHOLD: '0.9' },
      /FLUX_EAGER_EOT_THRESHOLD .*FLUX_EOT_THRESHOLD .*off/,
    ],
    ['an eager threshold that is no number', { FLUX_EAGER_EOT_THRESHOLD: 'never' }, /neither off nor/],
    ['one port for two servers', { ADMIN_PORT: '9092' }, /ADMIN_PORT .*another/],
    [
      'an impossible address range',
      { AUDIOSOCKET_ALLOW: '10.0.0.0/99' },
      /AUDIOSOCKET_ALLOW .*10\.0\.0\.0\/8/,
    ],
    ['a range list that admits no address', { ASTERISK_ALLOW: ',' }, /ASTERISK_ALLOW .*127\.0\.0\.0\/8/],
    ['a phone with blanks', { TRANSFER_DIAL: 'PJSIP/tech 1' }, /TRANSFER_DIAL .*letters, digits/],
    ['hours, whatever TECHNICIANS is', { OPENING_HOURS: 'whenever' }, /OPENING_HOURS .*"whenever"/],
    ['hours of a desk that is always there', { TECHNICIANS: 'always', OPENING_HOURS: 'x' }, /OPENING_HOURS/],
    ['an unknown time zone', { TIME_ZONE: 'Mars/Olympus' }, /TIME_ZONE .*Europe\/Paris/],
  ]
  test.each(refusals)('%s is refused, with what to do', (_, environment, message) => {
    expect(faultsOf(environment)).toMatch(message)
  })

  test('all faults are reported at once', () => {
    const message = faultsOf({ MAX_CALLS: 'x', LANGUAGE: 'y', LOG_PRIVATE: 'z' })
    for (const name of ['MAX_CALLS', 'LANGUAGE', 'LOG_PRIVATE']) expect(message).toContain(`- ${name}`)
  })

  test('a secret is never repeated in a fault', () => {
    const secrets = Object.entries(settings).filter(([, { secret }]) => secret)
    expect(secrets.length).toBeGreaterThanOrEqual(5)
    const environment = Object.fromEntries(secrets.map(([name]) => [name, 'hush-hush']))
    expect(faultsOf({ ...environment, MAX_CALLS: 'x' })).not.toContain('hush')
  })

  test('docs/ has the tables that the code generates', async () => {
    expect(await updateDocs(false)).toEqual([])
    expect(await Bun.file(new URL('../docs/settings.md', import.meta.url)).text()).toContain(settingsTable())
  })
})
