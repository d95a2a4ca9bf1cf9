// Reads the file of a call's inputs.

import { type CallInput, type CallSettings, callInput, callSettings } from '../call/inputs/types.ts'

/** @returns undefined for a file that this build cannot play: of another version, torn, or none at all */
export function readInputs(text: string): { settings: CallSettings; inputs: CallInput[] } | undefined {
  const [first, ...rest] = text.trimEnd().split('\n')
  const settings = callSettings.safeParse(parsed(first ?? '')).data
  if (settings === undefined) return undefined
  const inputs: CallInput[] = []
  for (const line of rest) {
    const input = callInput.safeParse(parsed(line)).data
    if (input === undefined) return undefined
    inputs.push(input)
  }
  return { settings, inputs }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
