// The sixteen keys of DTMF, for the wire, the call and the simulated telephone.

export const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'] as const
export type Key = (typeof keys)[number]

/** @param text one character; lower-case letters are not keys */
export function isKey(text: string): text is Key {
  return keys.some((key) => key === text)
}
