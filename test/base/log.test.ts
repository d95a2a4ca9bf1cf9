import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createLog } from '../../src/base/log.ts'

setDefaultTimeout(60_000)

function lines(showPrivate: boolean) {
  const written: string[] = []
  const { log } = createLog({ level: 'info', showPrivate, write: (line) => void written.push(line) })
  return { log, told: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('log lines', () => {
  test('are JSON with level, time, the fixed text and the fields', () => {
    const { log, told } = lines(false)
    log.with({ callId: 'x' }).warn('turn ended', { turn: 4, silenceMs: 520 })
    expect(told()[0]).toMatchObject({
      level: 'warn',
      event: 'turn ended',
      turn: 4,
      silenceMs: 520,
      callId: 'x',
    })
    expect(String(told()[0].time)).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  test('leave out what a caller said, unless showPrivate is set', () => {
    const hidden = lines(false)
    hidden.log.info('said', { private: { text: 'secret' } })
    hidden.log.with({ private: { phone: '0612345678' } }).info('said')
    expect(JSON.stringify(hidden.told())).not.toMatch(/secret|0612345678/)
    const shown = lines(true)
    shown.log.info('said', { private: { text: 'secret' } })
    expect(JSON.stringify(shown.told())).toContain('secret')
  })

  test('below the level are not written', () => {
    const { log, told } = lines(false)
    log.debug('detail')
    expect(told()).toEqual([])
  })
})

test('a process whose log has no reader any more still exits when told to', async () => {
  const script = `
    import { createLog } from ${JSON.stringify(join(import.meta.dir, '../../src/base/log.ts'))}
    const { log, flush } = createLog({ level: 'info', showPrivate: false })
    process.stdout.on('error', () => {})
    process.stdin.once('data', async () => { log.info('one'); await flush(); process.exit(7) })
    process.stdout.write('ready')`
  const child = Bun.spawn(['bun', '-e', script], { stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' })
  const reader = child.stdout.getReader()
  await reader.read()
  await reader.cancel()
  child.stdin.write('go')
  await child.stdin.end()
  expect(await child.exited).toBe(7)
})
