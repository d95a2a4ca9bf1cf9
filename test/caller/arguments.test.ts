import { expect, setDefaultTimeout, test } from 'bun:test'
import { parseArguments } from '../../src/caller/arguments.ts'
import { runCall } from '../../src/caller/main.ts'

setDefaultTimeout(60_000)

test('without arguments it calls the server on this machine for one minute', () => {
  expect(parseArguments([])).toEqual({
    arguments: {
      host: '127.0.0.1',
      port: 9092,
      callId: undefined,
      ptimeMs: 20,
      maxMs: 60_000,
      keys: [],
      say: [],
      wav: undefined,
      script: undefined,
      save: undefined,
      language: 'fr',
      admin: 'http://127.0.0.1:8080',
      token: undefined,
    },
  })
})

test('keys and sentences can have times', () => {
  const parsed = parseArguments(['--keys', '1@3s,#@8.5s, *@300ms', '--say', 'à 3@4s', '--say', 'moi@maison'])
  expect(parsed).toMatchObject({
    arguments: {
      keys: [
        { key: '1', atMs: 3_000 },
        { key: '#', atMs: 8_500 },
        { key: '*', atMs: 300 },
      ],
      say: [
        { text: 'à 3', atMs: 4_000 },
        { text: 'moi@maison', atMs: undefined },
      ],
    },
  })
})

test.each([
  ['--port', '0'],
  ['--port', '65536'],
  ['--port', 'x'],
  ['--ptime', '25'],
  ['--max', '60'],
  ['--max', '0s'],
  ['--max', '3601s'],
  ['--keys', '1'],
  ['--keys', '1@'],
  ['--keys', 'x@1s'],
  ['--keys', '1@1s@2s'],
  ['--keys', '1@1s,'],
  ['--say', ' '],
  ['--say', '@3s'],
  ['--uuid', '777'],
  ['--admin', 'localhost'],
])('%s "%s" is refused with a sentence that names the option', (option, value) => {
  const parsed = parseArguments([option, value])
  expect('fault' in parsed && parsed.fault).toStartWith(option)
})

test.each([[['--nonsense']], [['stray']], [['--wav']]])('%j is refused', (argv) => {
  expect('fault' in parseArguments(argv)).toBe(true)
})

test('a wrong argument prints the usage and ends with 2, --help ends with 0', async () => {
  for (const [argv, code] of [
    [['--port', 'x'], 2],
    [['--help'], 0],
  ] as const) {
    const told: string[] = []
    expect(await runCall(argv, (line) => told.push(line))).toBe(code)
    expect(told.join('\n')).toContain('--keys 1@3s')
  }
})

test('a missing WAV file is reported before the call', async () => {
  const told: string[] = []
  expect(await runCall(['--wav', 'missing.wav'], (line) => told.push(line))).toBe(2)
  expect(told).toHaveLength(1)
  expect(told[0]).toContain('missing.wav')
})
