// `bun test/cluster/versions.ts <folder>`: this version and another one, each as a process of its own, share a real Redis,
// as they do while an operator puts a new version on one machine after the other. Everything is tried in both directions.

import { join, resolve } from 'node:path'
import { commandLine, refuse } from '../../src/base/command-line.ts'
import type { CallInfo } from '../../src/calls/views.ts'
import { type BenchBot, startBot } from '../bench/bot.ts'
import { Telephone } from '../faults/world.ts'
import { askAdmin } from '../support/lab/admin.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'

const usage = `usage: bun test/cluster/versions.ts <folder>

  lets this version and the one in the folder share a Redis: list, next step, hang-up, rescue, in both directions
  The folder is a checkout of the other version, with its packages:
    git worktree add ../other <commit> && (cd ../other && bun install --frozen-lockfile)`

const [folder, ...more] = commandLine(usage, { allowPositionals: true, options: {} }).positionals
if (folder === undefined || more.length > 0) refuse(usage, 'one folder is needed')
const other = join(resolve(folder), 'src', 'main.ts')
if (!(await Bun.file(other).exists())) refuse(usage, `${other} does not exist`)
const own = join(import.meta.dir, '..', '..', 'src', 'main.ts')

/** The bot that has a call, and the one that is asked for it. */
type Pair = { owner: BenchBot; asked: BenchBot }

const callOn = async ({ adminUrl }: BenchBot, callId: string): Promise<CallInfo> =>
  (await askAdmin(adminUrl, `/api/calls/${callId}`)).json() as Promise<CallInfo>

const nextStep = async ({ adminUrl }: BenchBot, callId: string, query = ''): Promise<string> => {
  const answer = await askAdmin(adminUrl, `/asterisk/calls/${callId}/next${query}`)
  return `${(await answer.text()).split('\n')[0]} ${answer.headers.get('X-Known') === '0' ? 'unknown' : 'known'}`
}

async function dial({ port }: BenchBot, callId?: string): Promise<Telephone> {
  const phone = await Telephone.dial(port, '127.0.0.1', callId)
  await phone.hears(5)
  return phone
}

function check(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise)
}

async function lists({ owner, asked }: Pair): Promise<void> {
  const phone = await dial(owner)
  await eventually('the call is listed as live', async () => {
    const answer = await askAdmin(asked.adminUrl, '/api/calls')
    const { calls } = (await answer.json()) as { calls: CallInfo[] }
    return calls.some(({ id, outcome }) => id === phone.callId && outcome === null)
  })
  phone.hangUp()
  await phone.ended
}

async function knowsNextStep({ owner, asked }: Pair): Promise<void> {
  for (const [action, next] of [
    ['hangup', 'hangup| known'],
    ['transfer', 'queue|support known'],
  ] as const) {
    const { callId, ended } = await dial(owner)
    await askAdmin(owner.adminUrl, `/api/calls/${callId}/${action}`, { method: 'POST' })
    await ended
    const found = await nextStep(asked, callId)
    check(found === next, `after ${action} the next step is ${found}`)
  }
}

async function hangsUp({ owner, asked }: Pair): Promise<void> {
  const { callId, ended } = await dial(owner)
  const answer = await askAdmin(asked.adminUrl, `/api/calls/${callId}/hangup`, { method: 'POST' })
  check(answer.status === 200, `the hang-up is answered with ${answer.status}`)
  await ended
  const { outcome } = await callOn(owner, callId)
  check(outcome === 'goodbye', `the call has the outcome ${outcome}`)
}

/** Ends the owner. */
async function rescues({ owner, asked }: Pair): Promise<void> {
  const phone = await dial(owner)
  const { callId } = phone
  const isSaid = async (bot: BenchBot, words: string, more: number) => {
    const { transcript } = await callOn(bot, callId)
    const at = transcript.findIndex(({ text }) => text.includes(words))
    return at >= 0 && transcript.length > at + more
  }
  await eventually('the bot asks', () => isSaid(owner, 'Bonjour', 1))
  phone.asterisk.press('1')
  const { transcript: asking } = await callOn(owner, callId)
  await eventually(
    'the bot asks the next thing',
    async () => (await callOn(owner, callId)).transcript.length >= asking.length + 2,
  )
  const before = await callOn(owner, callId)
  await owner.stop()
  await phone.ended
  const next = await nextStep(asked, callId, '?visit=1&rescue=0')
  check(next === 'bot| known', `the next step of the lost call is ${next}`)
  const again = await dial(asked, callId)
  await eventually('it apologises and goes on', () => isSaid(asked, 'nous avons été coupés', 1))
  const after = await callOn(asked, callId)
  check(after.state === before.state, `the state was ${before.state} and is ${after.state}`)
  const texts = after.transcript.map(({ text }) => text)
  const lost = before.transcript.filter(({ text }) => !texts.includes(text))
  check(lost.length === 0, `${lost.length} lines of the transcript are lost`)
  again.hangUp()
  await again.ended
}

const steps: readonly [string, (pair: Pair) => Promise<void>][] = [
  ['lists its call', lists],
  ['knows the next step of its calls', knowsNextStep],
  ['hangs its call up', hangsUp],
  ['goes on with its call when it is killed', rescues],
]

let failed = 0
async function report(title: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
    console.log(`ok   ${title}`)
  } catch (error) {
    failed++
    console.log(`FAIL ${title}: ${error instanceof Error ? error.message : error}`)
  }
}

const seesTwo = async (bot: BenchBot) => / 2$/.test(await bot.metric('voicebot_cluster_members'))

async function oneDirection(ownerEntry: string, askedEntry: string, title: string): Promise<void> {
  const redis = await RedisServer.start()
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')
  const settings = { REDIS_URL: redis.url, CLUSTER_KEY: key, RECORDINGS_DIR: '', AUDIO_WORKERS: '1' }
  const bots: BenchBot[] = []
  try {
    const owner = await startBot(settings, ownerEntry)
    bots.push(owner)
    const asked = await startBot(settings, askedEntry)
    bots.push(asked)
    await eventually('the two see each other', async () => (await seesTwo(owner)) && (await seesTwo(asked)))
    for (const [step, run] of steps) await report(`${title} ${step}`, () => run({ owner, asked }))
    await report(`${title}: neither logs an error`, async () => {
      const errors = bots.flatMap((bot) => bot.errors)
      check(errors.length === 0, errors.join('\n'))
    })
  } finally {
    for (const bot of bots) await bot.stop()
    await redis.kill()
  }
}

await oneDirection(other, own, 'beside a bot of the other version this one')
await oneDirection(own, other, 'beside a bot of this version the other one')
console.log(`${steps.length * 2 + 2 - failed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
