// What the operator sees and changes of opening hours, exceptions and the message of the day.

import type { HoursEditor } from '../../admin/hours-types.ts'
import { scheduleState } from '../../asterisk/schedule.ts'
import type { Clock } from '../../base/clock.ts'
import type { Config } from '../../config.ts'
import type { Texts } from '../../desk/texts.ts'
import type { PhraseEditor } from '../../phrases/types.ts'
import type { Site } from '../../site/store.ts'
import type { DocumentParts } from './documents.ts'
import { type HoursField, hoursFields, hoursId, hoursText, type OwnHours, settingsOf } from './hours.ts'

export function createHoursEditor(parts: {
  config: Config
  clock: Clock
  site: Pick<Site, 'state'>
  documents: Pick<DocumentParts, 'current'>
  phraseEditor: Pick<PhraseEditor, 'putDocument'>
  /** For calls that begin now. */
  texts: () => Texts
}): HoursEditor {
  const { config, clock, site, documents, phraseEditor, texts } = parts
  return {
    read() {
      const { hours } = documents.current()
      const settings = settingsOf(config)
      const field = (name: HoursField) => ({
        value: hours[name],
        setting: settings[name],
        source: hours.own[name] === undefined ? ('settings' as const) : ('site' as const),
      })
      const { lines } = texts()
      const line = lines.opening_hours
      return {
        hours: field('hours'),
        exceptions: field('exceptions'),
        message: field('message'),
        until: field('until'),
        version: site.state.documents[hoursId]?.version ?? 0,
        isOpen: scheduleState(hours.schedule, clock.wallMs()).open,
        decides: config.TECHNICIANS === 'schedule',
        sentence: typeof line === 'string' ? line : (line?.[0] ?? ''),
        isMessageOn: 'message_of_the_day' in lines,
        language: config.LANGUAGE,
      }
    },
    change(values, editing) {
      const own: OwnHours = { ...documents.current().hours.own }
      for (const name of hoursFields) {
        const value = values[name]
        if (value === null) delete own[name]
        else if (value !== undefined) own[name] = value.trim()
      }
      const text = Object.keys(own).length === 0 ? null : hoursText(own)
      return phraseEditor.putDocument(hoursId, text, editing)
    },
  }
}
