// The languages that calls may be in, from two settings: LANGUAGE, in which a call is unless it asks for another, and
// LANGUAGES.

/** Codes, LANGUAGE first, each once. */
export const offeredLanguages = ({
  LANGUAGE,
  LANGUAGES,
}: {
  LANGUAGE: string
  LANGUAGES: readonly string[]
}): readonly string[] => [...new Set([LANGUAGE, ...LANGUAGES])]
