import { describe, expect, test } from 'bun:test'
import { ConfigError } from '../src/base/errors.ts'
import { readConfig, settings } from '../src/config.ts'
import { settingsTable } from '../src/tools/settings.ts'

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

  test('recordings are turned off by an empty folder, and by nothing else', () => {
    expect(readConfig({ RECORDINGS_DIR: '' }).RECORDINGS_DIR).toBe('')
    expect(readConfig({}).RECORDINGS_DIR).toBe('recordings')
  })

  const refusals: [string, Record<string, string>, RegExp][] = [
    ['a number that is none', { MAX_CALLS: 'many' }, /MAX_CALLS \("many"\) is not a whole number/],
    ['a number out of range', { AUDIOSOCKET_PORT: '70000' }, /AUDIOSOCKET_PORT .*between 0 and 65535/],
    ['an unknown choice', { LANGUAGE: 'de' }, /LANGUAGE .*fr, en/],
    ['an unknown adapter in a list', { STT: 'deepgram,magic' }, /STT .*deepgram, flux/],
    ['a URL of another kind', { DEEPGRAM_BASE_URL: 'ftp://x' }, /DEEPGRAM_BASE_URL .*wss:/],
    ['a public admin side without a token', { ADMIN_HOST: '0.0.0.0' }, /ADMIN_HOST .*ADMIN_TOKEN/],
    ['a queue to be asked without a login', { TECHNICIANS: 'asterisk' }, /AMI_USER and AMI_SECRET/],
    ['one port for two servers', { ADMIN_PORT: '9092' }, /ADMIN_PORT .*another/],
    ['an unknown time zone', { TIME_ZONE: 'Mars/Olympus' }, /TIME_ZONE .*Europe\/Paris/],
  ]
  test.each(refusals)('%s is refused, with what to do', (_, environment, message) => {
    expect(faultsOf(environment)).toMatch(message)
  })

  test('all faults are told at once', () => {
    const message = faultsOf({ MAX_CALLS: 'x', LANGUAGE: 'y', LOG_PRIVATE: 'z' })
    for (const name of ['MAX_CALLS', 'LANGUAGE', 'LOG_PRIVATE']) expect(message).toContain(`- ${name}`)
  })

  test('a secret is never repeated in a fault', () => {
    const secrets = Object.entries(settings).filter(([, { secret }]) => secret)
    expect(secrets.length).toBeGreaterThanOrEqual(5)
    const environment = Object.fromEntries(secrets.map(([name]) => [name, 'hush-hush']))
    expect(faultsOf({ ...environment, MAX_CALLS: 'x' })).not.toContain('hush')
  })

  test('the README has the table that the schema makes', async () => {
    const readme = await Bun.file(new URL('../README.md', import.meta.url)).text()
    expect(readme).toContain(settingsTable())
  })
})
