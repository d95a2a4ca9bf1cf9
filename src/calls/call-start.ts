// What is known of a call before its first word. Types only.

export type CallStart = {
  /** The language in which the call begins. */
  language: string
  /** Name of the desk. */
  desk: string
  /** The number that the caller dialled, when the dialplan told it. */
  dialled: string | null
}

/** The same as the dialplan says it: all of it may be missing, and none of it is checked. */
export type AnnouncedCall = { [K in keyof CallStart]?: string }
