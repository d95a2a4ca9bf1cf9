// A folder with two recorded calls, made by playing scenarios: one about the Internet, one about a mobile telephone.

import { join } from 'node:path'
import { callRecordSchema } from '../../src/recording/files.ts'
import { play } from '../support/scenarios/run.ts'
import { readScenarios, type Scenario } from '../support/scenarios/scenario-file.ts'

export const ids = ['0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a01', '0b1e5f3c-6a5f-4a38-9c58-0d3b1c8e7a02'] as const
export const day = '2026-11-23'

/** @param dir gets the folder of a day */
export async function recordTwoCalls(dir: string): Promise<void> {
  const scenarios = await readScenarios(new URL('../call/scenarios/', import.meta.url))
  for (const [i, name] of ['agrees-to-a-step', 'mobile-two-steps'].entries())
    await recordCall(dir, ids[i]!, scenarios.find((one) => one.name === name)!)
}

export async function recordCall(dir: string, id: string, scenario: Scenario): Promise<void> {
  const { kept } = await play(scenario)
  const { details, inputs, startedWallMs } = kept[0]!
  const startedAt = new Date(startedWallMs).toISOString()
  const record = callRecordSchema.parse({
    ...{ ...details, version: 1, id, callId: id, startedAt, endedAt: startedAt },
    ...{ durationMs: 60_000, audio: { rateHz: 8_000, samples: 0, gaps: [], stopped: null } },
  })
  await Bun.write(join(dir, day, `${id}.json`), JSON.stringify(record))
  await Bun.write(join(dir, day, `${id}.inputs.jsonl`), inputs)
}

/** The shipped desk, with the steps of one symptom in another order. */
export async function otherDesk(): Promise<string> {
  const desk = await Bun.file(join(import.meta.dir, '../../assets/desk/desk.yaml')).text()
  const other = desk.replace('[box_restart, box_lights, box_cables]', '[box_lights, box_restart, box_cables]')
  if (other === desk) throw new Error('the shipped desk has no such steps')
  return other
}
