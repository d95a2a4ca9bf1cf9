import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../../src/base/errors.ts'
import { parseEnvFile } from '../../src/config/env-file.ts'
import { loadConfig, settings } from '../../src/config.ts'
import { settingsMain } from '../../src/tools/settings.ts'

const dir = await mkdtemp(join(tmpdir(), 'settings-'))
afterAll(() => rm(dir, { recursive: true }))

let count = 0
/** A working folder with this `voicebot.env`. */
async function folderWith(text: string): Promise<string> {
  const folder = join(dir, String(++count))
  await Bun.write(join(folder, 'voicebot.env'), text)
  return folder
}

async function file(text: string): Promise<string> {
  const path = join(dir, `file-${++count}`)
  await Bun.write(path, text)
  return path
}

function faultsOf(environment: Record<string, string>, options: Parameters<typeof loadConfig>[1]): string[] {
  try {
    loadConfig(environment, options)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message.split('\n').slice(1)
  }
  return []
}

describe('where settings come from', () => {
  test('the file in the working folder, then the default', async () => {
    const folder = await folderWith('MAX_CALLS=7\nexport TTS_INSTRUCTIONS="parle doucement"\r\n')
    const { config, warnings } = loadConfig({}, { folder })
    expect(config).toMatchObject({ MAX_CALLS: 7, TTS_INSTRUCTIONS: 'parle doucement', MAX_CALL_S: 900 })
    expect(warnings).toEqual([])
  })

  test('no file is no fault', () => {
    expect(loadConfig({}, { folder: dir }).config.MAX_CALLS).toBe(100)
  })

  test('the file that CONFIG_FILE names, in place of the other', async () => {
    const folder = await folderWith('MAX_CALLS=7\nMAX_CALL_S=70')
    const path = await file('MAX_CALLS=8')
    expect(loadConfig({ CONFIG_FILE: path }, { folder }).config).toMatchObject({
      MAX_CALLS: 8,
      MAX_CALL_S: 900,
    })
    expect(loadConfig({ CONFIG_FILE: '' }, { folder }).config.MAX_CALLS).toBe(100)
    expect(faultsOf({ CONFIG_FILE: join(dir, 'none') }, { folder })).toEqual([
      `  - CONFIG_FILE ("${join(dir, 'none')}") cannot be read: ENOENT`,
    ])
  })

  test('the environment wins, unless its variable is empty or another program’s', async () => {
    const folder = await folderWith('MAX_CALLS=7\nLANGUAGE=en\nRECORDINGS_DIR=/srv/x\nMAX_CALL_S=70')
    const environment = { MAX_CALLS: '9', LANGUAGE: 'en_US:en', RECORDINGS_DIR: '', MAX_CALL_S: ' ' }
    expect(loadConfig(environment, { folder }).config).toMatchObject({
      MAX_CALLS: 9,
      LANGUAGE: 'en',
      RECORDINGS_DIR: '',
      MAX_CALL_S: 70,
    })
  })

  test('a fault names the file and the line that the value came from', async () => {
    const folder = await folderWith('# calls\n\nMAX_CALLS=many\nADMIN_PORT=x\nCONFIG_FILE=y\nnonsense')
    expect(faultsOf({ ADMIN_PORT: 'z' }, { folder })).toEqual([
      '  - voicebot.env, line 6 is not of the form NAME=value',
      '  - CONFIG_FILE has no meaning in the file itself: remove it there (voicebot.env, line 5)',
      '  - ADMIN_PORT ("z") is not a whole number',
      '  - MAX_CALLS ("many") is not a whole number (voicebot.env, line 3)',
    ])
  })

  test('a misspelt name in the file is a fault, and a name that means nothing is reported', async () => {
    const folder = await folderWith('AUDIOSOCKET_PRT=1')
    expect(faultsOf({}, { folder })).toEqual([
      '  - AUDIOSOCKET_PRT is not a setting: did you mean AUDIOSOCKET_PORT? (voicebot.env, line 1)',
    ])
    const other = await folderWith('SOMETHING_ELSE=1')
    expect(loadConfig({}, { folder: other }).warnings).toEqual([
      'SOMETHING_ELSE in voicebot.env is not a setting: nothing reads it',
    ])
  })

  test('a misspelt name in the environment alone is reported and does not stop the start', () => {
    expect(loadConfig({ DEEPGRAM_KEY: 'x' }, { folder: dir }).warnings).toEqual([
      'DEEPGRAM_KEY is not a setting: did you mean DEEPGRAM_API_KEY?',
    ])
  })
})

describe('secrets from files', () => {
  const secrets = Object.keys(settings).filter((name) => settings[name as keyof typeof settings].secret)

  const key = '4f9a2c71d8e05b36a1c4f7e2908d6b53'
  /** These have a form of their own, and belong together. */
  const cluster: Record<string, string> = { REDIS_URL: 'redis://127.0.0.1', CLUSTER_KEY: key + key }

  test.each(secrets)('%s may lie in a file, whose last line end is dropped', async (name) => {
    const value = cluster[name] ?? key
    const { [name]: _, ...others } = name in cluster ? cluster : {}
    for (const end of ['', '\n', '\r\n']) {
      const given = { ...others, [`${name}_FILE`]: await file(value + end) }
      const { config, warnings } = loadConfig(given, { folder: dir })
      expect((config as Record<string, unknown>)[name]).toBe(value)
      expect(warnings).toEqual([])
    }
  })

  test('both forms at once are refused; the environment’s form wins over the file’s', async () => {
    const path = await file('7b31e6c0a95f4d28b6e1d3f08a427c19')
    expect(faultsOf({ AMI_SECRET: 'x', AMI_SECRET_FILE: path }, { folder: dir })).toEqual([
      '  - AMI_SECRET_FILE and AMI_SECRET are both set: keep one of them',
    ])
    const folder = await folderWith(`AMI_SECRET_FILE=${path}\nDEEPGRAM_API_KEY=in-the-file`)
    const { config } = loadConfig({ AMI_SECRET: 'x', DEEPGRAM_API_KEY_FILE: path }, { folder })
    expect(config).toMatchObject({ AMI_SECRET: 'x', DEEPGRAM_API_KEY: '7b31e6c0a95f4d28b6e1d3f08a427c19' })
  })

  test('a file that is missing, empty, a folder or far too large is refused with the variable’s name', async () => {
    const empty = await file(' \n')
    const large = await file('x'.repeat(20_000))
    const missing = join(dir, 'none')
    const faults = Object.entries({
      [missing]: 'ENOENT',
      [dir]: 'EISDIR',
      [empty]: 'is empty',
      [large]: 'larger',
    })
    for (const [path, why] of faults) {
      const [fault, ...more] = faultsOf({ GROQ_API_KEY_FILE: path }, { folder: dir })
      expect(fault).toStartWith(`  - GROQ_API_KEY_FILE ("${path}") `)
      expect(fault).toContain(why)
      expect(more).toEqual([])
    }
  })

  test('a fault of the secret itself does not repeat it', async () => {
    const faults = faultsOf({ GROQ_API_KEY_FILE: await file('hush hush') }, { folder: dir })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/GROQ_API_KEY contains spaces/)
    expect(faults[0]).not.toContain('hush')
  })
})

describe('all faults in one refusal', () => {
  test('seven faulty settings of seven kinds, and the slips near to them', async () => {
    const folder = await folderWith('TIME_ZONE=Mars/Olympus\nADMIN_PORT=http\n')
    const environment = {
      MAX_CALLS: 'many',
      STT: 'deepgram,magic',
      ADMIN_HOST: '0.0.0.0',
      OPENING_HOURS: 'whenever',
      ASSETS_DIR: join(dir, 'no-assets'),
      AUDIOSOCKET_PRT: '9092',
    }
    const faults = faultsOf(environment, { folder, forServer: true })
    const named = faults.map((fault) => /^ {2}- (\w+)/.exec(fault)?.[1])
    expect(named.toSorted()).toEqual([
      'ADMIN_HOST',
      'ADMIN_PORT',
      'ASSETS_DIR',
      'AUDIOSOCKET_PRT',
      'MAX_CALLS',
      'OPENING_HOURS',
      'STT',
      'TIME_ZONE',
    ])
  })

  test('a conflict of two settings is reported beside another’s fault', () => {
    const faults = faultsOf({ ADMIN_PORT: '9092', MAX_CALLS: 'x' }, { folder: dir })
    expect(faults.map((fault) => /- (\w+)/.exec(fault)?.[1])).toEqual(['MAX_CALLS', 'ADMIN_PORT'])
  })

  test('a prompt is missed only where a language model is used', async () => {
    await Bun.write(join(dir, 'bare', 'phrases', 'fr.json'), '{}')
    const environment = { ASSETS_DIR: join(dir, 'bare') }
    const options = { folder: dir, forServer: true }
    expect(faultsOf(environment, options)).toEqual([])
    const withKey = faultsOf({ ...environment, GROQ_API_KEY: 'gsk' }, options)
    expect(withKey).toHaveLength(1)
    expect(withKey[0]).toContain('prompts/fr.md')
  })

  test.each(['300.1.1.1', '[::1]', '127.0.0.1:80', 'two words', '1.2.3', ''.padEnd(3, '-')])(
    'ADMIN_HOST=%s is not an address',
    (ADMIN_HOST) => {
      const [fault] = faultsOf(
        { ADMIN_HOST, ADMIN_TOKEN: '9d0c5f7a2be84613c7a1e5f2086b4d39' },
        { folder: dir },
      )
      expect(fault).toContain('ADMIN_HOST')
      expect(fault).toContain('is not an IP address')
    },
  )
})

describe('bun run settings --init', () => {
  const texts: string[] = []
  const out = { write: (text: string) => texts.push(text) }

  test('writes every setting, commented out, for its owner alone, and never overwrites', async () => {
    const path = join(dir, 'new.env')
    expect(await settingsMain(['--init'], out, out, { CONFIG_FILE: path })).toBe(0)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const text = await Bun.file(path).text()
    expect(parseEnvFile(text, path)).toEqual({ entries: new Map(), faults: [] })
    for (const [name, { about }] of Object.entries(settings)) {
      if (name === 'CONFIG_FILE') continue
      expect(text).toContain(`# ${about}`)
      expect(text).toContain(`\n#${name}=`)
    }

    await Bun.write(path, 'MAX_CALLS=7')
    expect(await settingsMain(['--init'], out, out, { CONFIG_FILE: path })).toBe(1)
    expect(await Bun.file(path).text()).toBe('MAX_CALLS=7')
    expect(texts.at(-1)).toBe(`${path} exists already: it was not changed\n`)
  })

  test('with every comment sign removed, the file gives the defaults', async () => {
    const path = join(dir, 'defaults.env')
    await settingsMain(['--init'], out, out, { CONFIG_FILE: path })
    const text = await Bun.file(path).text()
    await Bun.write(path, text.replaceAll(/^#(?=[A-Z_]+=)/gm, '').replaceAll(/^\w+_FILE=.*$/gm, ''))
    const { config, warnings } = loadConfig({ CONFIG_FILE: path })
    const folders = { ASSETS_DIR: 'assets', DATA_DIR: 'data', RECORDINGS_DIR: 'recordings' }
    expect(config).toEqual({ ...loadConfig({ CONFIG_FILE: '' }).config, ...folders, CONFIG_FILE: path })
    expect(warnings).toEqual([])
  })
})

test('commands read their settings through loadConfig, which knows the file', async () => {
  const offences: string[] = []
  for await (const path of new Bun.Glob('**/*.ts').scan('src'))
    if (path !== 'config.ts' && /\breadConfig\(/.test(await Bun.file(join('src', path)).text()))
      offences.push(path)
  expect(offences).toEqual([])
})
