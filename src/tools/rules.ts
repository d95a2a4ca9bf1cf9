// `bun run rules`: lists the rules of each language that do nothing, or whose examples do not hold, so that the lists
// stay readable as they grow.

import { commandLine } from '../base/command-line.ts'
import { deskFaults } from '../understanding/desk-examples.ts'
import { type RuleFault, ruleFaults } from '../understanding/languages/check-rules.ts'
import { languageOf } from '../understanding/languages/index.ts'
import { deskOfCommand } from './desk-in-use.ts'

const meaning: Readonly<Record<RuleFault['kind'], string>> = {
  dead: 'no example of the rule, or of the entry of the desk, matches it',
  doubled: 'it stands in the list before',
  overlapping: 'others of the list match all that it matches in its examples',
  missed: 'an example that the rule does not match',
  taken: 'a counter-example that the rule matches',
}

const usage = `usage: bun run rules [--lang fr] [--desk shop]

  lists the rules in src/understanding/languages/ and the single words of the desk that do nothing, and examples that
  do not hold; exits with 1 when there is one:
${Object.entries(meaning)
  .map(([kind, text]) => `    ${kind.padEnd(12)} ${text}`)
  .join('\n')}
  --lang  only this language; default: all that the desk has words for
  --desk  a desk beside the default one, such as shop of shop.yaml
  The desk is the one that calls get: the site folder (DATA_DIR/site) lies over the shipped one.`

if (import.meta.main) {
  const { lang, desk: name } = commandLine(usage, {
    options: { lang: { type: 'string' }, desk: { type: 'string' } },
  }).values
  const { desk } = await deskOfCommand(usage, { desk: name, lang })
  for (const code of lang === undefined ? Object.keys(desk.words).sort() : [lang]) {
    const language = languageOf(code)
    const faults = [...ruleFaults(language), ...deskFaults(desk, code)]
    for (const { kind, rule, text } of faults) console.log(`${code}  ${kind.padEnd(12)} ${rule}: ${text}`)
    if (faults.length > 0) process.exitCode = 1
    const lists = [...Object.values(language.lists), ...language.gate.claims.map(({ list }) => list)]
    const rules = lists.flatMap((list) => list.rules)
    const alternatives = rules.reduce((sum, rule) => sum + rule.alternatives.length, 0)
    const words = desk.words[code]!.shown.length
    console.log(
      `${code}  ${rules.length} rules, ${alternatives} alternatives, ${words} entries of the desk, ` +
        `${faults.length} faults`,
    )
  }
}
