// What is known of a call before its first word.

export type CallStart = {
  /** The language in which the call begins. */
  language: string
  /** Name of the desk. */
  desk: string
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: string | null
  /**
   * The caller's line in national form, with `00` and the country when it is abroad: `0612345678`, `0032470123456`.
   * Null when the number is withheld, or an extension of the site's own.
   */
  callerNumber: string | null
  /** The name that the network shows for that line, for people to read: nobody has checked it. */
  callerName: string | null
  /** The line that is said in place of `welcome`, and the technicians' queue, of the dialled number. */
  greeting: string | null
  queue: string | null
}

/** The same as the dialplan says it: all of it may be missing, and none of it is checked. */
export type AnnouncedCall = { [K in Exclude<keyof CallStart, 'greeting' | 'queue'>]?: string }

/** A call of which the dialplan said nothing. */
export const unannounced = (language: string, desk: string): CallStart => ({
  ...{ language, desk, dialled: null, callerNumber: null, callerName: null, greeting: null, queue: null },
})

/** What another machine needs to begin the same call. */
export const announcedAgain = ({ greeting: _, queue: __, ...start }: CallStart): AnnouncedCall =>
  Object.fromEntries(Object.entries(start).filter(([, value]) => value !== null))
