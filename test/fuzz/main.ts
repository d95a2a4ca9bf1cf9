// `bun run fuzz --seed 1 --streams 100000 --seconds 600`: byte streams of hostile peers into a live server beside ten good
// calls. Prints one JSON line; ends with 1 when something was found. `--only N --port P` sends one stream again.

import { parseArgs } from 'node:util'
import { send } from './attack.ts'
import { findings, fuzz, fuzzDefaults } from './run.ts'
import { streamOf } from './streams.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    streams: { type: 'string', default: String(fuzzDefaults.streams) },
    seconds: { type: 'string', default: String(fuzzDefaults.seconds) },
    calls: { type: 'string', default: String(fuzzDefaults.goodCalls) },
    record: { type: 'boolean', default: fuzzDefaults.records },
    only: { type: 'string' },
    port: { type: 'string' },
  },
})

if (values.only !== undefined) {
  const stream = streamOf(Number(values.seed), Number(values.only), crypto.randomUUID())
  const bytes = Buffer.concat(stream.chunks)
  const fate = values.port === undefined ? 'not sent' : await send(Number(values.port), stream)
  console.log(JSON.stringify({ made: stream.made, end: stream.end, fate, hex: bytes.toString('hex') }))
} else {
  const goodCalls = Number(values.calls)
  const report = await fuzz({
    seed: Number(values.seed),
    streams: Number(values.streams),
    seconds: Number(values.seconds),
    goodCalls,
    records: values.record,
  })
  const found = findings(report, goodCalls)
  console.log(JSON.stringify({ ...report, findings: found }))
  process.exit(found.length === 0 ? 0 : 1)
}
