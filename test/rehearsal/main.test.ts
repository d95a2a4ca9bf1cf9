// `bun run rehearse` on a folder of recordings, with the shipped desk and with another one.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callRecordSchema } from '../../src/recording/files.ts'
import { rehearseMain } from '../../src/rehearsal/main.ts'
import { play } from '../support/scenarios/run.ts'
import { readScenarios } from '../support/scenarios/scenario-file.ts'

setDefaultTimeout(60_000)

const ids = ['0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01', '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a02']
const day = '2026-11-23'
let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rehearse-'))
  await mkdir(join(dir, 'desk'))
  // The steps of this symptom come in another order.
  const desk = await Bun.file(join(import.meta.dir, '../../assets/desk/desk.yaml')).text()
  await Bun.write(
    join(dir, 'desk/desk.yaml'),
    desk.replace('[box_restart, box_lights, box_cables]', '[box_lights, box_restart, box_cables]'),
  )
  const scenarios = await readScenarios(new URL('../call/scenarios/', import.meta.url))
  // One call is about the Internet, the other about a mobile telephone.
  const wanted = ['agrees-to-a-step', 'mobile-two-steps']
  for (const [i, name] of wanted.entries()) {
    const { kept } = await play(scenarios.find((one) => one.name === name)!)
    const { details, inputs, startedWallMs } = kept[0]!
    const startedAt = new Date(startedWallMs).toISOString()
    const record = callRecordSchema.parse({
      ...{ ...details, version: 1, id: ids[i], callId: ids[i], startedAt, endedAt: startedAt },
      ...{ durationMs: 60_000, audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null } },
    })
    await Bun.write(join(dir, 'recordings', day, `${ids[i]}.json`), JSON.stringify(record))
    await Bun.write(join(dir, 'recordings', day, `${ids[i]}.inputs.jsonl`), inputs)
  }
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  const environment = {
    CONFIG_FILE: '',
    DATA_DIR: join(dir, 'data'),
    RECORDINGS_DIR: join(dir, 'recordings'),
  }
  const code = await rehearseMain(args, { write: (text) => (out += text) }, environment)
  return { code, out }
}

describe('bun run rehearse', () => {
  test('with the same desk every call goes as it went', async () => {
    expect(await run()).toEqual({ code: 0, out: '0 of 2 calls differ\n' })
    expect(await run(join(dir, 'recordings', day), '--last', '1')).toEqual({
      ...{ code: 0, out: '0 of 1 calls differ\n' },
    })
  })

  test('with another order of the steps it shows the call that had them, and where', async () => {
    const { code, out } = await run('--desk', join(dir, 'desk'))
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`^${ids[0]}  \\d\\d:\\d\\d  said\n    was  agent: .*\n    is   agent: `))
    expect(out).toContain('1 of 2 calls differ')
    expect(out).toContain('fit the call no more')
    expect(out).not.toContain(ids[1]!)
  })

  test('as JSON', async () => {
    const { code, out } = await run('--desk', join(dir, 'desk'), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ calls: 2, differ: [{ call: ids[0], what: 'said' }], left: [] })
  })

  test('a broken desk, a folder without calls and a wrong option end with 2', async () => {
    await Bun.write(join(dir, 'broken/desk.yaml'), 'topics: { internet: 3 }')
    expect(await run('--desk', join(dir, 'broken'))).toMatchObject({
      code: 2,
      out: expect.stringContaining('topics'),
    })
    expect(await run(join(dir, 'desk'))).toMatchObject({
      code: 2,
      out: expect.stringContaining('no call with inputs'),
    })
    expect((await run('--last', 'few')).code).toBe(2)
    expect((await run('--fast')).code).toBe(2)
  })
})
