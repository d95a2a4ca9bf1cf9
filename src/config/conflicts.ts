// Faults that one setting alone does not show: a setting that needs another. Each rule names the settings that it
// reads, so that it is left out when one of them is faulty itself, and the others are still checked.

import type { Values } from '../base/setting.ts'
import { missingSetting, openRedis, unreachable } from './cluster.ts'
import type { generalSettings } from './general.ts'
import { webhookFault } from './integrations.ts'
import { isLoopback, isSystemFolder, openRanges } from './reach.ts'

export type General = Values<typeof generalSettings>
/** With the settings of adapters that a rule compares. */
type Compared = General & {
  readonly FLUX_EOT_THRESHOLD: number
  readonly FLUX_EAGER_EOT_THRESHOLD: number
}

export type Rule<K extends keyof Compared = keyof Compared> = {
  readonly reads: readonly K[]
  /** @returns one sentence that begins with the setting and says what to do; undefined when all is well */
  readonly fault: (config: Pick<Compared, K>) => string | undefined
}

/** Checks that `fault` reads only what the rule names. */
export const rule = <K extends keyof Compared>(reads: readonly K[], fault: Rule<K>['fault']): Rule =>
  ({ reads, fault }) as unknown as Rule

const rules: readonly Rule[] = [
  rule(['ADMIN_HOST', 'ADMIN_TOKEN'], ({ ADMIN_HOST, ADMIN_TOKEN }) =>
    ADMIN_TOKEN === '' && !isLoopback(ADMIN_HOST)
      ? `ADMIN_HOST ("${ADMIN_HOST}") is not loopback: set ADMIN_TOKEN, or leave ADMIN_HOST at 127.0.0.1`
      : undefined,
  ),
  // A peer in PROXY_FROM says itself from where its request comes.
  rule(['PROXY_FROM'], ({ PROXY_FROM }) => {
    const [open] = openRanges(PROXY_FROM)
    return open === undefined
      ? undefined
      : `PROXY_FROM ("${open}") lets nearly any address claim to be another one: name the addresses of your proxies`
  }),
  rule(['ADMIN_TOKEN', 'ANNOUNCE_SECRET'], ({ ADMIN_TOKEN, ANNOUNCE_SECRET }) =>
    ADMIN_TOKEN !== '' && ADMIN_TOKEN === ANNOUNCE_SECRET
      ? 'ANNOUNCE_SECRET is the same as ADMIN_TOKEN, so the dialplan could do everything: give it a secret of its own'
      : undefined,
  ),
  rule(['ADMIN_TLS_CERT', 'ADMIN_TLS_KEY'], ({ ADMIN_TLS_CERT, ADMIN_TLS_KEY }) =>
    (ADMIN_TLS_CERT === '') === (ADMIN_TLS_KEY === '')
      ? undefined
      : 'ADMIN_TLS_CERT and ADMIN_TLS_KEY belong together: set both, or neither',
  ),
  rule(['WEBHOOK_URL', 'WEBHOOK_SECRET'], ({ WEBHOOK_URL, WEBHOOK_SECRET }) =>
    webhookFault(WEBHOOK_URL, WEBHOOK_SECRET),
  ),
  rule(['TECHNICIANS', 'AMI_USER', 'AMI_SECRET'], ({ TECHNICIANS, AMI_USER, AMI_SECRET }) =>
    TECHNICIANS === 'asterisk' && (AMI_USER === '' || AMI_SECRET === '')
      ? 'TECHNICIANS ("asterisk") needs AMI_USER and AMI_SECRET'
      : undefined,
  ),
  rule(['ADMIN_PORT', 'AUDIOSOCKET_PORT'], ({ ADMIN_PORT, AUDIOSOCKET_PORT }) =>
    ADMIN_PORT !== 0 && ADMIN_PORT === AUDIOSOCKET_PORT
      ? `ADMIN_PORT ("${ADMIN_PORT}") is also the AudioSocket's port: give one of them another`
      : undefined,
  ),
  rule(['REDIS_URL', 'CLUSTER_KEY', 'CLUSTER_URL'], ({ REDIS_URL, CLUSTER_KEY, CLUSTER_URL }) =>
    missingSetting(REDIS_URL, CLUSTER_KEY, CLUSTER_URL),
  ),
  rule(['REDIS_URL', 'REDIS_PLAIN'], ({ REDIS_URL, REDIS_PLAIN }) => openRedis(REDIS_URL, REDIS_PLAIN)),
  rule(['REDIS_URL', 'CLUSTER_URL', 'ADMIN_HOST'], ({ REDIS_URL, CLUSTER_URL, ADMIN_HOST }) =>
    unreachable(REDIS_URL, CLUSTER_URL, ADMIN_HOST),
  ),
  rule(['AGENT_PORT', 'ADMIN_PORT', 'AUDIOSOCKET_PORT'], ({ AGENT_PORT, ADMIN_PORT, AUDIOSOCKET_PORT }) =>
    AGENT_PORT === ADMIN_PORT || AGENT_PORT === AUDIOSOCKET_PORT
      ? `AGENT_PORT ("${AGENT_PORT}") is also another port of the server: give it one of its own`
      : undefined,
  ),
  // AudioSocket has no password: whoever reaches the port speaks to the bot at our cost, in any number of calls.
  rule(
    ['AUDIOSOCKET_ALLOW', 'AUDIOSOCKET_HOST', 'AUDIOSOCKET_REGISTERED'],
    ({ AUDIOSOCKET_ALLOW, AUDIOSOCKET_HOST, AUDIOSOCKET_REGISTERED }) => {
      const [open] = openRanges(AUDIOSOCKET_ALLOW)
      return open === undefined || AUDIOSOCKET_REGISTERED || isLoopback(AUDIOSOCKET_HOST)
        ? undefined
        : `AUDIOSOCKET_ALLOW ("${open}") lets nearly any address call the bot, which asks for no password: name the ` +
            'addresses of Asterisk, or set AUDIOSOCKET_REGISTERED=1'
    },
  ),
  // The retention deletes below it.
  rule(['RECORDINGS_DIR'], ({ RECORDINGS_DIR }) =>
    RECORDINGS_DIR !== '' && isSystemFolder(RECORDINGS_DIR)
      ? `RECORDINGS_DIR ("${RECORDINGS_DIR}") is a folder of the system: give the recordings one of their own`
      : undefined,
  ),
  rule(['DATA_DIR'], ({ DATA_DIR }) =>
    isSystemFolder(DATA_DIR)
      ? `DATA_DIR ("${DATA_DIR}") is a folder of the system: give the server's data one of its own`
      : undefined,
  ),
  rule(['RECORDINGS_DAYS', 'TRANSCRIPTS_DAYS'], ({ RECORDINGS_DAYS, TRANSCRIPTS_DAYS }) =>
    TRANSCRIPTS_DAYS !== 0 && TRANSCRIPTS_DAYS < RECORDINGS_DAYS
      ? `TRANSCRIPTS_DAYS ("${TRANSCRIPTS_DAYS}") is below RECORDINGS_DAYS, but audio without its transcript cannot ` +
        'be found when its caller wants it erased: shorten RECORDINGS_DAYS too, or set 0'
      : undefined,
  ),
  // Deepgram refuses such a stream. With `off` there is no eager threshold, and the rule is left out.
  rule(['FLUX_EOT_THRESHOLD', 'FLUX_EAGER_EOT_THRESHOLD'], (values) =>
    values.FLUX_EAGER_EOT_THRESHOLD > values.FLUX_EOT_THRESHOLD
      ? `FLUX_EAGER_EOT_THRESHOLD ("${values.FLUX_EAGER_EOT_THRESHOLD}") is above FLUX_EOT_THRESHOLD ` +
        `("${values.FLUX_EOT_THRESHOLD}"): lower it, or set it to off`
      : undefined,
  ),
]

/** @param config values by name; a setting that is faulty itself is missing */
export function conflicts(config: Partial<General>): string[] {
  const all = config as Compared
  return rules
    .filter(({ reads }) => reads.every((name) => all[name] !== undefined))
    .map(({ fault }) => fault(all))
    .filter((fault) => fault !== undefined)
}
