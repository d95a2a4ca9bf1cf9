// What a copy of Redis's data shows of a caller who has said a name and a number: nothing.

import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecrets } from '../../src/cluster/secrets.ts'
import { piecesOf } from '../support/clouds/chat.ts'
import { CloudCall, understood } from '../support/clouds/cloud-call.ts'
import { RedisServer } from '../support/redis/server.ts'
import { eventually } from './eventually.ts'
import { clusterKey, clusterSettings } from './machines.ts'

setDefaultTimeout(60_000)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const heard =
  'Je m’appelle Marie Dupont, mon numéro est le zéro six douze trente-quatre cinquante-six soixante-dix-huit.'

/** Names, numbers as digits, in pairs and in words, and what the bot or the caller said. */
const secrets = [
  ...['Marie', 'Dupont', '0612345678', '06 12 34 56 78', '612345678', 'soixante', 'trente-quatre'],
  ...['Bonjour', 'internet', 'coupés', 'identification', 'phoneConfirm'],
]

test('a dump of Redis holds no name, number, word or id of a call', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'redis-dump-'))
  ends.push(() => rm(folder, { recursive: true, force: true }))
  // Compressed, even plain words could not be found in it.
  const redis = await RedisServer.start(['--dir', folder, '--rdbcompression', 'no'])
  ends.push(() => redis.kill())
  const call = await CloudCall.begin({
    heard: [heard],
    chat: () => piecesOf(understood),
    settings: { ...clusterSettings(redis), RECORDING: 'off' },
  })
  ends.push(() => call.end())
  await call.until('the bot listens', () => call.info?.phase === 'listening', 30_000)
  call.says()
  const dump = async () => {
    await redis.cli('save')
    return (await Bun.file(join(folder, 'dump.rdb')).bytes()) as Uint8Array
  }
  const has = (bytes: Uint8Array, text: string) =>
    Buffer.from(bytes)
      .toString('latin1')
      .toLowerCase()
      .includes(Buffer.from(text).toString('latin1').toLowerCase())
  const secret = createSecrets(clusterKey)
  const key = `vb1:${secret.site}:checkpoint:{${secret.hash(call.callId)}}`
  await eventually('Redis has name and number, encrypted', async () => {
    const sealed = await redis.cli('get', key)
    const text = secret.open(sealed.slice(sealed.indexOf(':') + 1), key) ?? ''
    return text.includes('Dupont') && text.includes('0612345678')
  })
  // A word in the clear would be found.
  await redis.cli('set', 'clear', 'Marie Curie')
  expect(has(await dump(), 'Marie Curie')).toBe(true)
  await redis.cli('del', 'clear')
  const bytes = await dump()
  const id = call.callId
  for (const secret of [...secrets, id, id.replaceAll('-', '')])
    expect([secret, has(bytes, secret)]).toEqual([secret, false])
  expect(Buffer.from(bytes).includes(Buffer.from(id.replaceAll('-', ''), 'hex'))).toBe(false)
})
