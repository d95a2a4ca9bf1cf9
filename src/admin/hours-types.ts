// Opening hours, exceptions and the message of the day, as the operator sees and changes them. Types only: the page's
// script uses them too.

import type { Editing, PhraseChange } from '../phrases/types.ts'

/** One of the texts, and whether it is the site's own or that of the settings. */
export type HoursValue = { value: string; setting: string; source: 'site' | 'settings' }

/** Opening hours, exceptions and the message of the day, as calls that begin now use them. */
export type HoursInfo = {
  hours: HoursValue
  exceptions: HoursValue
  message: HoursValue
  /** Last day of the message. */
  until: HoursValue
  /** Grows with each change by the site; 0: all as in the settings. */
  version: number
  isOpen: boolean
  /** Whether the hours alone decide if a technician is there (TECHNICIANS=schedule). */
  decides: boolean
  /** How callers hear the hours. */
  sentence: string
  /** False when there is no message, or its last day is over. */
  isMessageOn: boolean
  language: string
}

export type HoursEditor = {
  read(): HoursInfo
  /** @param values null: as in the settings; missing: as it is */
  change(
    values: { [name in 'hours' | 'exceptions' | 'message' | 'until']?: string | null },
    editing: Editing,
  ): Promise<PhraseChange>
}
