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

test('a field that JSON cannot hold costs neither the line nor its caller', () => {
  const { log, told } = lines(false)
  const circle: Record<string, unknown> = {}
  circle.self = circle
  log.with({ callId: 'x' }).warn('turn ended', { circle })
  log.warn('turn ended', { bytes: 7n })
  expect(told()).toMatchObject([
    { level: 'warn', event: 'turn ended', callId: 'x', circle: { self: '[Circular]' } },
    { level: 'warn', event: 'turn ended', bytes: 7 },
  ])
})

test('a process that exits without a word more has written all its lines, whole and in order', async () => {
  const script = `
    import { createLog } from ${JSON.stringify(join(import.meta.dir, '../../src/base/log.ts'))}
    const { log } = createLog({ level: 'info', showPrivate: false })
    for (let n = 0; n < 300; n++) log.info('line', { n, filling: 'x'.repeat(100) })
    process.exit(3)`
  const child = Bun.spawn(['bun', '-e', script], { stdout: 'pipe', stderr: 'ignore' })
  const numbers = (await new Response(child.stdout).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).n)
  expect(await child.exited).toBe(3)
  expect(numbers).toEqual(Array.from({ length: 300 }, (_, n) => n))
})

test('what is logged over several turns and more than a pipe holds is written in order, and flush waits for it', async () => {
  const script = `
    import { createLog } from ${JSON.stringify(join(import.meta.dir, '../../src/base/log.ts'))}
    const { log, flush } = createLog({ level: 'info', showPrivate: false })
    for (let n = 0; n < 3_000; n++) {
      log.info('line', { n, filling: 'é'.repeat(100) })
      if (n % 500 === 0) await new Promise(setImmediate)
    }
    await flush()
    process.exit(0)`
  const child = Bun.spawn(['bun', '-e', script], { stdout: 'pipe', stderr: 'ignore' })
  const numbers = (await new Response(child.stdout).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).n)
  expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, n) => n))
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
