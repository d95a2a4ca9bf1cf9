// The sixteen keys of DTMF.

export const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'] as const
export type Key = (typeof keys)[number]

export function isKey(text: string): text is Key {
  return keys.some((key) => key === text)
}
