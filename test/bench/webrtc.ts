// The part `webrtc` of the bench: what calls from browsers cost the bot, beside telephone calls of the same run, and what
// Chromium makes of them. The callers by libdatachannel are a process of their own (test/support/webrtc/peers.ts).

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/clouds/until.ts'
import { testToken } from '../support/lab/admin.ts'
import type { PeersResult } from '../support/webrtc/peers.ts'
import { type BenchBot, startBot } from './bot.ts'
import { CrowdCaller, clockOf, round, spread } from './crowd.ts'
import { measureBrowser } from './webrtc-browser.ts'

export type WebrtcBench = {
  peers: number
  calls: number
  seconds: number
  connects: number
  browserS: number
}
export const webrtcBenchDefaults = {
  peers: 20,
  calls: 100,
  seconds: 15,
  connects: 500,
  browserS: 60,
} as const

const udpPort = () => 20_000 + Math.floor(Math.random() * 10_000)

async function withWebrtc<T>(codec: string, use: (bot: BenchBot) => Promise<T>): Promise<T> {
  const bot = await startBot({
    ...{ WEBRTC_PORT: String(udpPort()), WEBRTC_HOST: '127.0.0.1', WEBRTC_CODECS: codec },
    ...{ RECORDINGS_DIR: '', STT: 'embedded', LLM: 'scripted', TTS: 'embedded', MAX_CALL_S: '3600' },
  })
  try {
    return await use(bot)
  } finally {
    await bot.stop()
  }
}

/** @param use what is measured while the peers are connected */
async function withPeers<T>(
  bot: BenchBot,
  count: number,
  codec: string,
  use: () => Promise<T>,
): Promise<{ used: T; peers: PeersResult }> {
  const script = join(import.meta.dir, '../support/webrtc/peers.ts')
  const child = Bun.spawn([process.execPath, script, bot.adminUrl, testToken, String(count), codec], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  try {
    const reader = child.stdout.getReader()
    const decoder = new TextDecoder()
    let text = decoder.decode((await reader.read()).value)
    const used = await use()
    await child.stdin.end()
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += decoder.decode(part.value)
    return { used, peers: JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as PeersResult }
  } finally {
    child.kill()
  }
}

/** Per cent of a core in these seconds. */
async function corePercent(bot: BenchBot, seconds: number): Promise<number> {
  const before = await bot.cpuS()
  await Bun.sleep(seconds * 1_000)
  return (((await bot.cpuS()) - before) / seconds) * 100
}

/** A telephone call beside costs what it costs on this machine now: the figure to compare with. */
async function withCallers<T>(
  bot: BenchBot,
  count: number,
  use: () => Promise<T>,
): Promise<{ used: T; gaps: number[] }> {
  const callers = Array.from({ length: count }, () => new CrowdCaller(true))
  const clock = clockOf(callers)
  for (const caller of callers) await caller.dial(bot.port)
  const asking = setInterval(() => {
    for (const caller of callers) caller.askAgain()
  }, 10_000)
  await Bun.sleep(1_000)
  const used = await use()
  clearInterval(asking)
  clock.stop()
  for (const caller of callers) caller.hangUp()
  return {
    used,
    gaps: callers.flatMap(({ arrivalsMs }) => arrivalsMs.slice(1).map((at, i) => at - arrivalsMs[i])),
  }
}

async function cost(codec: 'pcmu' | 'opus', { peers, seconds }: WebrtcBench) {
  return withWebrtc(codec, async (bot) => {
    // The start goes on for a while after the server is ready.
    await Bun.sleep(5_000)
    const idle = await corePercent(bot, 5)
    const telephone = await withCallers(bot, peers, () => corePercent(bot, seconds))
    await Bun.sleep(2_000)
    const browser = await withPeers(bot, peers, codec, () => corePercent(bot, seconds))
    return {
      corePercentPerPeer: round((browser.used - idle) / peers),
      corePercentPerTelephoneCall: round((telephone.used - idle) / peers),
      framesShare: round(browser.peers.share),
      gapP99Ms: browser.peers.p99GapMs,
      connected: `${browser.peers.connected} of ${browser.peers.asked}`,
    }
  })
}

/** Frame gaps of telephone calls, without and with browsers beside them. */
async function beside({ peers, calls, seconds }: WebrtcBench) {
  return withWebrtc('opus', async (bot) => {
    const alone = await withCallers(bot, calls, () => Bun.sleep(seconds * 1_000))
    await Bun.sleep(2_000)
    const both = await withPeers(bot, peers, 'opus', () =>
      withCallers(bot, calls, () => Bun.sleep(seconds * 1_000)),
    )
    return { gapMsAlone: spread(alone.gaps), gapMsBesidePeers: spread(both.used.gaps) }
  })
}

/** Memory after connects and closes, in lots of 50; what the first two lots need is code and pools. */
async function churn({ connects }: WebrtcBench) {
  const lot = 50
  return withWebrtc('opus', async (bot) => {
    const rssMb: number[] = []
    let connected = 0
    for (let done = 0; done < connects + 2 * lot; done += lot) {
      const { peers } = await withPeers(bot, lot, 'opus', async () => {})
      connected += peers.connected
      // A call whose peer was closed waits 10 s for another one.
      await until('all calls have ended', async () => / 0$/.test(await bot.metric('voicebot_calls_live ')))
      await Bun.sleep(3_000)
      rssMb.push(Math.round(await bot.rssMb()))
    }
    return { connects: connects + 2 * lot, connected, rssMb, growthMb: (rssMb.at(-1) ?? 0) - rssMb[1] }
  })
}

async function browser({ browserS }: WebrtcBench) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    return await measureBrowser(browserS, dataDir)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

export async function measureWebrtc(given: Partial<WebrtcBench> = {}): Promise<Record<string, unknown>> {
  const options = { ...webrtcBenchDefaults, ...given }
  return {
    pcmu: await cost('pcmu', options),
    opus: await cost('opus', options),
    beside: await beside(options),
    browser: await browser(options),
    churn: await churn(options),
  }
}
