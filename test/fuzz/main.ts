// `bun run fuzz`: sends the byte streams of hostile peers to a live server beside ten good calls. Prints one JSON line;
// ends with 1 when something was found.

import { commandLine } from '../../src/base/command-line.ts'
import { send } from './attack.ts'
import { findings, fuzz, fuzzDefaults } from './run.ts'
import { streamOf } from './streams.ts'
import { fuzzWebrtc, webrtcFindings } from './webrtc.ts'

const usage = `usage: bun run fuzz [options]

  sends hostile byte streams to a live server beside good calls; ends after the given number of streams or seconds
  --seed 1        the same seed makes the same streams
  --streams ${fuzzDefaults.streams}
  --seconds ${fuzzDefaults.seconds}
  --calls ${String(fuzzDefaults.goodCalls).padEnd(8)}good calls at the same time
  --record        records the calls
  --webrtc        instead: damaged datagrams and offers at the UDP port of WebRTC
  --only N        makes stream N of the seed alone and prints its bytes; with --port P, sends it to that port`

const { values } = commandLine(usage, {
  options: {
    seed: { type: 'string', default: '1' },
    streams: { type: 'string', default: String(fuzzDefaults.streams) },
    seconds: { type: 'string', default: String(fuzzDefaults.seconds) },
    calls: { type: 'string', default: String(fuzzDefaults.goodCalls) },
    record: { type: 'boolean', default: fuzzDefaults.records },
    webrtc: { type: 'boolean', default: false },
    only: { type: 'string' },
    port: { type: 'string' },
  },
})

if (values.only !== undefined) {
  const stream = streamOf(Number(values.seed), Number(values.only), crypto.randomUUID())
  const bytes = Buffer.concat(stream.chunks)
  const fate = values.port === undefined ? 'not sent' : await send(Number(values.port), stream)
  console.log(JSON.stringify({ made: stream.made, end: stream.end, fate, hex: bytes.toString('hex') }))
} else if (values.webrtc) {
  const report = await fuzzWebrtc({ seed: Number(values.seed) })
  const found = webrtcFindings(report)
  console.log(JSON.stringify({ ...report, findings: found }))
  process.exit(found.length === 0 ? 0 : 1)
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
