import { describe, expect, test } from 'bun:test'
import { dangers } from '../../src/config/dangers.ts'
import { isSystemFolder, openRanges } from '../../src/config/reach.ts'
import { readConfig } from '../../src/config.ts'

const reachable = { AUDIOSOCKET_HOST: '0.0.0.0' }

describe('dangerous settings', () => {
  test.each(['0.0.0.0/0', '10.0.0.0/8,0.0.0.0/1', '::/0', '2000::/3', '0.0.0.0/0,::/0'])(
    'AUDIOSOCKET_ALLOW=%s without registration is refused',
    (AUDIOSOCKET_ALLOW) => {
      expect(() => readConfig({ ...reachable, AUDIOSOCKET_ALLOW })).toThrow(
        /AUDIOSOCKET_ALLOW .*REGISTERED=1/,
      )
      // With registration, or on an address that only this machine reaches, it is a choice.
      readConfig({ ...reachable, AUDIOSOCKET_ALLOW, AUDIOSOCKET_REGISTERED: '1' })
      readConfig({ AUDIOSOCKET_ALLOW })
    },
  )

  test('the ranges of one owner are not open', () => {
    expect(openRanges(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', 'fd00::/16', '127.0.0.0/8'])).toEqual([])
  })

  test.each([
    '/',
    '/etc',
    '/etc/voicebot',
    '/usr/lib/x',
    '/dev',
    '/proc/1',
    '/var',
    '/home',
    '/tmp/',
    '/var/lib',
  ])('RECORDINGS_DIR=%s is refused', (RECORDINGS_DIR) => {
    expect(() => readConfig({ RECORDINGS_DIR })).toThrow(/RECORDINGS_DIR .*folder of the system/)
    expect(() => readConfig({ DATA_DIR: RECORDINGS_DIR })).toThrow(/DATA_DIR .*folder of the system/)
  })

  test.each([
    '/var/lib/voicebot',
    '/srv/x',
    '/home/bot/r',
    '/tmp/x',
    '/dev/shm/x',
    '/usr/local/voicebot',
    'x',
  ])('%s may hold recordings', (path) => {
    expect(isSystemFolder(path)).toBe(false)
  })

  test('a safe configuration has no danger', () => {
    expect(dangers(readConfig({ OPENAI_API_KEY: 'k', DEEPGRAM_API_KEY: 'k' }), 1_000)).toEqual([])
    expect(dangers(readConfig({}), undefined)).toEqual([])
    const tls = { ADMIN_TLS_CERT: 'cert.pem', ADMIN_TLS_KEY: 'key.pem' }
    expect(dangers(readConfig({ ADMIN_HOST: '192.0.2.1', ...token, ...tls }), 1_000)).toEqual([])
  })

  test('a log with what callers say is one', () => {
    expect(dangers(readConfig({ LOG_PRIVATE: '1' }), 1_000)).toEqual([
      expect.stringMatching(/^LOG_PRIVATE=1 /),
    ])
  })

  const token = { ADMIN_TOKEN: 'q83vEjRWeJCrze8SNFZ4kA' }
  const named: [string, Record<string, string>, RegExp][] = [
    [
      'an admin server beyond this machine without TLS',
      { ADMIN_HOST: '192.0.2.1', ...token },
      /^ADMIN_HOST \("192\.0\.2\.1"\) without ADMIN_TLS_CERT/,
    ],
    ['an open list of Asterisk’s addresses', { ASTERISK_ALLOW: '::/0' }, /^ASTERISK_ALLOW \("::\/0"\)/],
    [
      'a key over http to another machine',
      { OPENAI_BASE_URL: 'http://10.0.0.7:8000/v1', OPENAI_API_KEY: 'hush' },
      /^OPENAI_BASE_URL sends OPENAI_API_KEY .*10\.0\.0\.7:8000/,
    ],
    [
      'the key of a voice’s own server over http',
      { TTS_BASE_URL: 'http://10.0.0.7:8880/v1', TTS_API_KEY: 'hush', OPENAI_API_KEY: 'hush' },
      /^TTS_BASE_URL sends TTS_API_KEY .*10\.0\.0\.7:8880/,
    ],
    [
      'a key over ws',
      { DEEPGRAM_BASE_URL: 'ws://stt.example.com', DEEPGRAM_API_KEY: 'hush' },
      /^DEEPGRAM_BASE_URL sends DEEPGRAM_API_KEY/,
    ],
  ]
  test.each(named)('%s is named once, without the key', (_, environment, sentence) => {
    const found = dangers(readConfig(environment), 1_000)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(sentence)
    expect(found[0]).not.toContain('hush')
  })

  test.each(['http://127.0.0.1:8000/v1', 'http://localhost:8000/v1', 'http://[::1]:8000/v1'])(
    'a key may go to %s',
    (OPENAI_BASE_URL) => {
      expect(dangers(readConfig({ OPENAI_BASE_URL, OPENAI_API_KEY: 'k' }), 1_000)).toEqual([])
    },
  )

  test('clear text without a key is the operator’s own server', () => {
    expect(dangers(readConfig({ OPENAI_BASE_URL: 'http://10.0.0.7/v1' }), 1_000)).toEqual([])
    const local = { LLM_BASE_URL: 'http://10.0.0.7/v1', OPENAI_API_KEY: 'k' }
    expect(dangers(readConfig(local), 1_000)).toEqual([])
  })

  test('root is named', () => {
    expect(dangers(readConfig({}), 0)).toEqual([expect.stringContaining('root')])
  })
})
