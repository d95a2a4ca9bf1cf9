// Trying a sentence: the route, and the thread behind it with the shipped desk.

import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { readConfig } from '../../src/config.ts'
import { createTrial } from '../../src/server/drafts/try-desk.ts'

setDefaultTimeout(60_000)

test('a sentence is tried at each question, with the reasons, one sentence at a time', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'try-'))
  try {
    const tries = createTrial({ config: readConfig({ DATA_DIR: dir }), clock: systemClock })
    const first = tries("je n'ai plus internet")
    expect(tries('oui')).toBeUndefined()
    const answer = await first
    if (!answer?.ok) throw new Error(answer?.reason ?? 'it is busy')
    expect(answer.tries.map(({ question }) => question)).toEqual([
      ...['open', 'name', 'phone', 'phoneConfirm', 'topic', 'symptom', 'step', 'verify', 'callBack'],
    ])
    const open = answer.tries[0]!
    expect(open.understood).toMatchObject({ topic: 'internet', symptom: 'no_connection' })
    expect(open.next).toBe('name')
    expect(open.says.length).toBeGreaterThan(20)
    expect(open.why.map(({ words }) => words).join(' ')).toContain('internet')
    const again = await tries('nothing', { language: 'xx' })
    expect(again).toEqual({ ok: true, tries: [] })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
