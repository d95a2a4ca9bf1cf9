// Every metric that the alert rules and the dashboard query exists in a scrape of the whole server, before its first call.

import { beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/server/serve.ts'
import { askAdmin, testToken } from '../support/lab/admin.ts'

const root = join(import.meta.dir, '..', '..')

let series: string[] = []
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'alerts-'))
  const config = readConfig({
    AUDIOSOCKET_PORT: '0',
    ADMIN_PORT: '0',
    ADMIN_TOKEN: testToken,
    RECORDINGS_DIR: join(dir, 'recordings'),
    DATA_DIR: join(dir, 'data'),
    // A recogniser, a model and a voice that nobody answers for: their use is counted from the start.
    ...{ GROQ_API_KEY: 'key', DEEPGRAM_API_KEY: 'key', TTS: 'aura,embedded', REVOICE: 'off' },
    ...{ GROQ_BASE_URL: 'http://127.0.0.1:9', DEEPGRAM_BASE_URL: 'ws://127.0.0.1:9' },
  })
  const server = await serve(config, silentLog)
  const text = await (await askAdmin(server.adminUrl, '/metrics')).text()
  series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  await server.stop()
  await rm(dir, { recursive: true })
})

type Rule = { alert: string; expr: string; annotations: { summary: string } }
const { groups } = Bun.YAML.parse(await Bun.file(join(root, 'assets/alerts.yml')).text()) as {
  groups: { rules: Rule[] }[]
}
const rules = groups.flatMap((group) => group.rules)
const { panels } = (await Bun.file(join(root, 'assets/dashboard.json')).json()) as {
  panels: { title: string; targets: { expr: string }[] }[]
}

/** `voicebot_turn_latency_ms_sum{stage="firstFrame"}`: the names of our metrics, with the labels they must have. */
function selectors(expr: string): { name: string; labels: string[] }[] {
  return [...expr.matchAll(/\b((?:voicebot|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, name, labels = '']) => ({ name, labels: labels.match(/\w+="[^"]*"/g) ?? [] }),
  )
}

function missing(expr: string): string[] {
  const found = selectors(expr)
  const isThere = ({ name, labels }: (typeof found)[number]) =>
    series.some((line) => line.match(/^\w+/)?.[0] === name && labels.every((label) => line.includes(label)))
  return found.filter((selector) => !isThere(selector)).map(({ name, labels }) => `${name} ${labels}`)
}

test('finds the selectors of an expression, and reports one that no metric matches', () => {
  const expr = 'rate(voicebot_calls_total{outcome="goodbye"}[5m]) / on(instance) voicebot_calls_yesterday > 0'
  expect(selectors(expr).map(({ name }) => name)).toEqual([
    'voicebot_calls_total',
    'voicebot_calls_yesterday',
  ])
  expect(missing(expr)).toEqual(['voicebot_calls_yesterday '])
  expect(missing('voicebot_calls_total{outcome="bored"}')).toEqual(['voicebot_calls_total outcome="bored"'])
})

describe('alerts', () => {
  const ours = rules.filter(({ expr }) => !expr.startsWith('up{'))

  test.each(ours.map((rule) => [rule.alert, rule] as const))('%s queries metrics that exist', (_, rule) => {
    expect(selectors(rule.expr).length).toBeGreaterThan(0)
    expect(missing(rule.expr)).toEqual([])
    expect(rule.annotations.summary.length).toBeGreaterThan(20)
  })

  test('there is one for each gauge of the page: errors, latency, calls, processor, conversion queue', () => {
    expect(ours.length).toBeGreaterThanOrEqual(5)
    expect(rules.map((rule) => rule.alert)).toContain('VoicebotConversionQueue')
  })
})

describe('the dashboard', () => {
  test.each(panels.map((panel) => [panel.title, panel] as const))(
    '%s shows metrics that exist',
    (_, panel) => {
      for (const { expr } of panel.targets) expect(missing(expr)).toEqual([])
    },
  )

  test('has its panels', () => expect(panels.length).toBeGreaterThanOrEqual(12))
})
