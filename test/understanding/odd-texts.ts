/** Texts that no recogniser should write: long runs, signs alone, names of properties. */
export const oddTexts = [
  ...['🙂🙂', '0'.repeat(5_000), 'quatre vingt '.repeat(400), 'non '.repeat(2_000), "'".repeat(900), '- - -'],
  ...['+++', '\n\t', 'constructor', 'toString __proto__', 'double constructor'],
]
