// Whether a turn that the desk could not use has words; used by the API and by the page's script.

/** A pressed key (⌨) has none, and neither have speech without words and what the record hides (•). */
export const hasWords = ({ text }: { text: string }): boolean => text !== '' && !/^[⌨•]/u.test(text)
