// `bun test/understanding/score.ts FOLDER [--misses]`: how the desk does on lists of what callers say, which were
// written by people who have not seen the rules. It prints rates, and with `--misses` every line that is not as wanted.
//
// FOLDER holds `short`, `dictations`, `introductions` and `long` as `.jsonl`. The desk is asked as `bun run desk` asks
// it, so that only what callers would notice is judged. A sealed list is scored once and then joins the learning half.

import { join } from 'node:path'
import { deskAt, type Reachable } from '../../src/rehearsal/at-question.ts'
import { tried } from '../../src/tools/desk.ts'
import { deskOfCommand } from '../../src/tools/desk-in-use.ts'
import { type Did, danger, readings, type Short } from './judge.ts'

type Dictation = { turns: string[]; country: string; phone: string | null }
type Introduction = { text: string; name: string | null }
type Long = {
  text: string
  topic: string | null
  symptom: string | null
  human: boolean
  tried: string[]
  phone: string | null
  name: string | null
  third: boolean
}

const usage = 'usage: bun test/understanding/score.ts FOLDER [--misses]'
const [folder, option] = Bun.argv.slice(2)
if (folder === undefined) {
  console.error(usage)
  process.exit(2)
}
const topics = ['internet', 'mobile']
const { desk, texts, offered } = await deskOfCommand(usage, {})

/** What the desk does with each text, as `bun run desk` prints it. */
function ask(at: Reachable, topic: string | undefined, turns: readonly string[]): Did[] {
  const start = deskAt(at, desk, texts, topic, offered)
  return turns.map((text) => tried(text.replace(/\n/g, ' '), start))
}

const readLines = async <Line>(name: string): Promise<Line[]> =>
  (await Bun.file(join(folder, `${name}.jsonl`)).text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** Wilson's interval of 95 % for a rate, in percent. */
function rate(hits: number, of: number): string {
  if (of === 0) return '-'
  const [z, p] = [1.96, hits / of]
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of)
  const percent = (value: number) => (Math.min(1, Math.max(0, value)) * 100).toFixed(1)
  return `${hits}/${of} ${percent(p)} % (${percent(middle - half)} to ${percent(middle + half)})`
}

const misses: string[] = []
const miss = (list: string, { text, did, pending, ended, known }: Did, want: unknown, harm = ''): void => {
  misses.push(
    [
      list,
      harm,
      JSON.stringify(want),
      text,
      `-> ${did.join(' ')}`,
      ended ?? '',
      pending ?? '',
      JSON.stringify({ name: known.name, phone: known.phone, topic: known.topic, symptom: known.symptom }),
    ].join(' | '),
  )
}

async function scoreShort(): Promise<void> {
  const lines = await readLines<Short>('short')
  const right = new Map<string, [number, number]>()
  let dangerous = 0
  let [humans, found, falseHumans] = [0, 0, 0]
  const groups = Map.groupBy(lines, ({ at, topic }) => `${at} ${topic ?? ''}`)
  for (const [group, members] of groups) {
    const [at, topic] = group.split(' ') as [Reachable, string]
    const results = ask(
      at,
      topic || undefined,
      members.map(({ text }) => text),
    )
    for (const [i, line] of members.entries()) {
      const read = readings(line, results[i])
      const good = line.want.some((meaning) => read.has(meaning))
      const harm = danger(line, results[i])
      const sums = right.get(at) ?? [0, 0]
      right.set(at, [sums[0] + (good ? 1 : 0), sums[1] + 1])
      if (harm !== '') dangerous++
      if (line.want[0] === 'human') humans++
      if (line.want[0] === 'human' && read.has('human')) found++
      if (!line.want.includes('human') && results[i].ended === 'transfer' && !read.has('other')) falseHumans++
      if (!good || harm !== '') miss(`short ${at}`, results[i], line.want, harm)
    }
  }
  const all = [...right.values()].reduce((sum, [hits, of]) => [sum[0] + hits, sum[1] + of], [0, 0])
  console.log(`short turns, right: ${rate(all[0], all[1])}`)
  for (const [at, [hits, of]] of right) console.log(`  ${at}: ${rate(hits, of)}`)
  console.log(`  dangerous: ${rate(dangerous, lines.length)}`)
  console.log(`  wish for a human, recall: ${rate(found, humans)}; false: ${falseHumans}`)
}

async function scoreDictations(): Promise<void> {
  const lines = await readLines<Dictation>('dictations')
  const results = ask(
    'phone',
    undefined,
    lines.map(({ turns }) => turns.join('\t')),
  )
  let [right, wrong, unknown, guessed] = [0, 0, 0, 0]
  for (const [i, line] of lines.entries()) {
    const got = results[i].pending ?? results[i].known.phone
    if (line.phone === null) unknown++
    if (line.phone === null && got !== null) guessed++
    if (got === line.phone) right++
    else if (got !== null) wrong++
    if (got !== line.phone)
      miss(`dictation ${line.country}`, results[i], line.phone, got === null ? 'asks' : 'WRONG')
  }
  console.log(`numbers, right: ${rate(right, lines.length)}`)
  console.log(
    `  read back wrong: ${rate(wrong, lines.length)}; guessed where none can be known: ${guessed}/${unknown}`,
  )
}

/** A name without case, accents and the kind of apostrophe. */
const plain = (name: string | null) =>
  name === null ? null : name.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’]/g, "'").toLowerCase()

async function scoreIntroductions(): Promise<void> {
  const lines = await readLines<Introduction>('introductions')
  const results = ask(
    'name',
    undefined,
    lines.map(({ text }) => text),
  )
  let right = 0
  for (const [i, { name }] of lines.entries())
    if (plain(results[i].known.name) === plain(name)) right++
    else miss('name', results[i], name)
  console.log(`names, right: ${rate(right, lines.length)}`)
}

async function scoreLong(): Promise<void> {
  const lines = await readLines<Long>('long')
  const results = ask(
    'open',
    undefined,
    lines.map(({ text }) => text),
  )
  const sums: Record<string, [number, number]> = {}
  const count = (what: string, good: boolean, applies = true): boolean => {
    sums[what] ??= [0, 0]
    if (applies) sums[what] = [sums[what][0] + (good ? 1 : 0), sums[what][1] + 1]
    return good || !applies
  }
  let wrongSymptoms = 0
  for (const [i, line] of lines.entries()) {
    const { known, pending, ended, did } = results[i]
    const tried = [...known.stepsDone, ...((known.tried as string[] | undefined) ?? [])]
    const hasSymptom = line.symptom !== null
    if (known.symptom !== null && known.symptom !== line.symptom) wrongSymptoms++
    const good = [
      count('topic', known.topic === line.topic, line.topic !== null && topics.includes(line.topic)),
      count('other desk', did.includes('other_desk'), line.topic === 'other'),
      count('symptom', known.symptom === line.symptom, hasSymptom),
      count('wish for a human', ended === 'transfer', line.human),
      count(
        'steps tried',
        line.tried.every((step) => tried.includes(step)),
        line.tried.length > 0,
      ),
      count('number', (pending ?? known.phone) === line.phone, line.phone !== null),
      count('name', plain(known.name) === plain(line.name), line.name !== null),
      count('somebody else’s line', (known.thirdParty ?? known.third ?? false) === true, line.third),
    ]
    count('all of it', good.every(Boolean))
    if (!good.every(Boolean)) miss('long', results[i], { ...line, text: undefined, by: undefined })
  }
  for (const [what, [hits, of]] of Object.entries(sums)) console.log(`long turns, ${what}: ${rate(hits, of)}`)
  console.log(`  wrong symptom: ${rate(wrongSymptoms, lines.length)}`)
}

await scoreShort()
await scoreDictations()
await scoreIntroductions()
await scoreLong()
if (option === '--misses') console.log(`\n${misses.join('\n')}`)
