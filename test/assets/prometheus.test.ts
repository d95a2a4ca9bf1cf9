// The scrape configuration and the alert rules name each other's parts.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'

setDefaultTimeout(60_000)

const assets = join(import.meta.dir, '../../assets')
const read = async (name: string) => Bun.YAML.parse(await Bun.file(join(assets, name)).text())

type Scrape = {
  rule_files: string[]
  scrape_configs: { job_name: string; metrics_path: string; static_configs: { targets: string[] }[] }[]
}
const scrape = (await read('prometheus.yml')) as Scrape
const alerts = await Bun.file(join(assets, 'alerts.yml')).text()

test('the alert for a bot that is down asks for the job that the scrape configuration makes', () => {
  const job = scrape.scrape_configs[0]!
  expect(alerts).toContain(`up{job="${job.job_name}"} == 0`)
  expect(job.metrics_path).toBe('/metrics')
  expect(job.static_configs[0]!.targets).toEqual(['127.0.0.1:8080'])
})

test('the rules are loaded from a file', () => {
  expect(scrape.rule_files).toEqual(['/etc/prometheus/voicebot-alerts.yml'])
})
