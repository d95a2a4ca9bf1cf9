// Asterisk's side, over its manager interface: the modules and the queue that the dialplan needs, the globals that say
// where the bot is, and the clock.

import { type AmiMessage, amiAction } from '../../asterisk/ami.ts'
import { AmiLink } from '../../asterisk/ami-link.ts'
import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Config } from '../../config.ts'
import type { Check } from './check.ts'

type Settings = Pick<
  Config,
  'AMI_HOST' | 'AMI_PORT' | 'AMI_USER' | 'AMI_SECRET' | 'TRANSFER_QUEUE' | 'AUDIOSOCKET_PORT' | 'ADMIN_PORT'
>

/** One of the names of a row is enough. */
const modules: readonly (readonly string[])[] = [
  ['res_audiosocket'],
  ['app_audiosocket', 'chan_audiosocket'],
  ['func_curl'],
]
/** Times in records and in Asterisk's log are compared by people. */
const clockToleranceMs = 2_000

/** @param limitMs for all questions together */
export async function checkAsterisk(settings: Settings, clock: Clock, limitMs: number): Promise<Check[]> {
  const { AMI_HOST: host, AMI_PORT: port, AMI_USER: user, AMI_SECRET: secret } = settings
  const link = new AmiLink()
  const checks: Check[] = []
  const timer = clock.at(clock.now() + limitMs, () =>
    link.fail('ami_timeout', `no answer within ${limitMs} ms`),
  )
  const startMs = clock.now()
  try {
    await link.connect(host, port)
    await link.login(user, secret)
    checks.push(
      line('login', 'ok', `user ${user} at ${host}:${port}`, undefined, Math.round(clock.now() - startMs)),
    )
    for (const names of modules) checks.push(await moduleLine(link, names))
    checks.push(await queueLine(link, settings.TRANSFER_QUEUE))
    checks.push(
      await globalLine(link, 'BOT', '127.0.0.1:9092', 'AUDIOSOCKET_PORT', settings.AUDIOSOCKET_PORT),
    )
    checks.push(await globalLine(link, 'BOTHTTP', 'http://127.0.0.1:8080', 'ADMIN_PORT', settings.ADMIN_PORT))
    checks.push(await clockLine(link, clock))
  } catch (error) {
    const isLoggedIn = checks.length > 0
    const advice = isLoggedIn
      ? 'Asterisk broke off: look at its log.'
      : 'Check AMI_HOST, AMI_PORT, AMI_USER and AMI_SECRET against manager.conf: enabled, port, secret, permit.'
    checks.push(line(isLoggedIn ? 'answer' : 'login', 'failed', errorText(error), advice))
  } finally {
    timer.cancel()
    link.close()
  }
  return checks
}

function line(name: string, verdict: Check['verdict'], says: string, advice?: string, ms?: number): Check {
  return {
    ...{ part: 'asterisk', name, verdict, says },
    ...(ms === undefined ? {} : { ms }),
    ...(advice === undefined ? {} : { advice }),
  }
}

/** The manager user may not ask this. */
const isDenied = (answer: AmiMessage): boolean => /permission/i.test(answer.get('message') ?? '')
const denied = (name: string, classes: string): Check =>
  line(
    name,
    'warning',
    'the manager user may not ask',
    `Give the user write=${classes} in manager.conf to check it.`,
  )

async function moduleLine(link: AmiLink, names: readonly string[]): Promise<Check> {
  for (const name of names) {
    const answer = await link.ask({ Action: 'ModuleCheck', Module: name })
    if (isDenied(answer)) return denied(`module ${names.join(' or ')}`, 'system')
    if (answer.get('response') === 'Success') return line(`module ${name}`, 'ok', 'loaded')
  }
  const advice = `\`module load ${names[0]}.so\`, and keep it in modules.conf: without it no call reaches the bot.`
  return line(`module ${names.join(' or ')}`, 'failed', 'not loaded', advice)
}

async function queueLine(link: AmiLink, queue: string): Promise<Check> {
  const messages = await link.request(
    amiAction({ Action: 'QueueStatus', Queue: queue }),
    (message) => message.get('event') === 'QueueStatusComplete' || message.get('response') === 'Error',
  )
  const name = `queue ${queue}`
  const has = (event: string) => messages.filter((message) => message.get('event') === event)
  const refusal = messages.find((message) => message.get('response') === 'Error')
  if (refusal && isDenied(refusal)) return denied(name, 'agent')
  if (has('QueueParams').length === 0)
    return line(
      name,
      'failed',
      'does not exist',
      'Add it to queues.conf and reload app_queue, or correct TRANSFER_QUEUE.',
    )
  const members = has('QueueMember').length
  if (members > 0) return line(name, 'ok', `${members} ${members === 1 ? 'member' : 'members'}`)
  return line(
    name,
    'warning',
    'has no members',
    'Callers who are handed over wait there: add technicians to it.',
  )
}

/**
 * @param usual what the dialplan takes when the global is not set
 * @param setting the port of ours that the global must name
 */
async function globalLine(
  link: AmiLink,
  name: string,
  usual: string,
  setting: string,
  port: number,
): Promise<Check> {
  const answer = await link.ask({ Action: 'Getvar', Variable: name })
  if (isDenied(answer)) return denied(`global ${name}`, 'reporting')
  const given = answer.get('value') ?? ''
  const value = given === '' ? usual : given
  const says = given === '' ? `not set, so the dialplan takes ${usual}` : value
  const told = URL.parse(value.includes('://') ? value : `tcp://${value}`)
  const toldPort = told?.port || (told?.protocol === 'https:' ? '443' : '80')
  if (told === null || Number(toldPort) !== port)
    return line(
      `global ${name}`,
      'failed',
      says,
      `${setting} is ${port}: set ${name} to this port under [globals] of extensions.conf, and reload the dialplan.`,
    )
  return line(`global ${name}`, 'ok', says)
}

async function clockLine(link: AmiLink, clock: Clock): Promise<Check> {
  const answer = await link.ask({ Action: 'Ping' })
  const theirMs = Number(answer.get('timestamp')) * 1_000
  if (!Number.isFinite(theirMs)) return line('clock', 'unused', 'Asterisk does not say its time')
  const apartMs = Math.round(Math.abs(theirMs - clock.wallMs()))
  if (apartMs <= clockToleranceMs)
    return line('clock', 'ok', `the two clocks are less than ${clockToleranceMs / 1_000} s apart`)
  const advice = 'Let both machines take the time from NTP: logs and recordings do not match otherwise.'
  return line('clock', 'warning', `the two clocks are ${Math.round(apartMs / 1_000)} s apart`, advice)
}
