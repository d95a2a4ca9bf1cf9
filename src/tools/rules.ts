// `bun run rules`: lists the rules of each language that do nothing, or whose examples do not hold, so that the lists
// stay readable as they grow.

import { commandLine, refuse } from '../base/command-line.ts'
import { type RuleFault, ruleFaults } from '../understanding/languages/check-rules.ts'
import { isLanguage, languageOf, languages } from '../understanding/languages/index.ts'

const meaning: Readonly<Record<RuleFault['kind'], string>> = {
  dead: 'no example of the rule matches it',
  doubled: 'it stands in the list before',
  overlapping: 'others of the list match all that it matches in its examples',
  missed: 'an example that the rule does not match',
  taken: 'a counter-example that the rule matches',
}

const usage = `usage: bun run rules [--lang fr]

  lists the rules in src/understanding/languages/ that do nothing, and examples that do not hold; exits with 1 when
  there is one:
${Object.entries(meaning)
  .map(([kind, text]) => `    ${kind.padEnd(12)} ${text}`)
  .join('\n')}
  --lang  only this language: ${languages.join(', ')}`

if (import.meta.main) {
  const { lang } = commandLine(usage, { options: { lang: { type: 'string' } } }).values
  if (lang !== undefined && !isLanguage(lang)) refuse(usage, `"${lang}" is not a language`)
  for (const code of lang === undefined ? languages : [lang]) {
    const language = languageOf(code)
    const faults = ruleFaults(language)
    for (const { kind, rule, text } of faults) console.log(`${code}  ${kind.padEnd(12)} ${rule}: ${text}`)
    if (faults.length > 0) process.exitCode = 1
    const lists = [...Object.values(language.lists), ...language.gate.claims.map(({ list }) => list)]
    const rules = lists.flatMap((list) => list.rules)
    const alternatives = rules.reduce((sum, rule) => sum + rule.alternatives.length, 0)
    console.log(`${code}  ${rules.length} rules, ${alternatives} alternatives, ${faults.length} faults`)
  }
}
