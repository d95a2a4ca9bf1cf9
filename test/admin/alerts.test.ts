import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

const root = join(import.meta.dir, '..', '..')
/** Told by the admin room itself, or by Prometheus. */
const ofTheProcess = /^(process|nodejs)_[a-z0-9_]+$/

/** Names of metrics in an expression, without our prefix and without a histogram's endings. */
function metricNames(text: string): string[] {
  const names = text.match(/\b(voicebot|process|nodejs)_[a-z0-9_]+(?=[\s{[)]|$)/gm) ?? []
  return [...new Set(names)].map((name) => name.replace(/^voicebot_/, '').replace(/_(bucket|sum|count)$/, ''))
}

async function source(): Promise<string> {
  const files = await Array.fromAsync(new Bun.Glob('src/**/*.ts').scan(root))
  return (await Promise.all(files.map((file) => Bun.file(join(root, file)).text()))).join('\n')
}

describe('alerts and dashboard', () => {
  test('every number that an alert looks at is one that the program tells', async () => {
    const { groups } = Bun.YAML.parse(await Bun.file(join(root, 'assets/alerts.yml')).text()) as {
      groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[]
    }
    const rules = groups.flatMap((group) => group.rules)
    expect(rules.map((rule) => rule.alert)).toContain('VoicebotConversionQueue')
    const told = await source()
    for (const { alert, expr, annotations } of rules) {
      expect(annotations.summary.length).toBeGreaterThan(20)
      for (const name of metricNames(expr))
        expect(`${alert} ${told.includes(`'${name}'`)}`).toBe(`${alert} true`)
    }
  })

  test('so is every number on the dashboard', async () => {
    const { panels } = (await Bun.file(join(root, 'assets/dashboard.json')).json()) as {
      panels: { title: string; targets: { expr: string }[] }[]
    }
    expect(panels.length).toBeGreaterThanOrEqual(12)
    const told = await source()
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        for (const name of metricNames(expr)) {
          const isTold =
            told.includes(`'${name}'`) || (ofTheProcess.test(name) && told.includes('_eventloop_lag_'))
          expect(`${title}: ${name} ${isTold}`).toBe(`${title}: ${name} true`)
        }
  })
})
