// `bun test/understanding/train-reader.ts [--folds]`: trains the reader of every language that has lists by other hands
// and writes assets/readers/<language>.bin. With `--folds` it writes nothing: it trains without one writer at a time and
// prints how the desk does on that writer's turns, first with the rules alone.

import { commandLine } from '../../src/base/command-line.ts'
import type { Desk } from '../../src/desk/desk.ts'
import { type ReaderWeights, readerFile } from '../../src/desk/reader-weights.ts'
import { deskAt, type Reachable } from '../../src/rehearsal/at-question.ts'
import { tried } from '../../src/tools/desk.ts'
import { desk, texts } from '../support/shipped-desk.ts'
import { danger, readings, type Short } from './judge.ts'
import { type ByWriter, lessonsOf, trainable, written } from './reader/lessons.ts'
import { train } from './reader/train.ts'

const usage = `usage: bun test/understanding/train-reader.ts [--folds]

  trains the readers from the labelled lists and writes assets/readers/
  --folds  writes nothing; prints what a reader trained without a writer changes on that writer's turns`

/** A file, as it is committed. */
export const readerOf = async (language: string): Promise<Uint8Array<ArrayBuffer>> =>
  readerFile(train(await lessonsOf(language)))

type Story = { text: string; symptom: string | null }
type Score = { right: number; of: number; dangerous: number; humans: [number, number]; falseHumans: number }
type Stories = { right: number; of: number; wrong: number }

/** The shipped desk with another reader, or without one. */
function withReader(language: string, reader?: ReaderWeights): Desk {
  return { ...desk, words: { ...desk.words, [language]: { ...desk.words[language], reader } } }
}

function scoreTurns(lines: readonly Short[], language: string, reader?: ReaderWeights): Score {
  const own = withReader(language, reader)
  const score: Score = { right: 0, of: lines.length, dangerous: 0, humans: [0, 0], falseHumans: 0 }
  for (const line of lines) {
    const result = tried(line.text, deskAt(line.at as Reachable, own, texts[language], line.topic))
    const read = readings(line, result)
    if (line.want.some((meaning) => read.has(meaning))) score.right++
    if (danger(line, result) !== '') score.dangerous++
    if (line.want[0] === 'human') score.humans[1]++
    if (line.want[0] === 'human' && read.has('human')) score.humans[0]++
    if (!line.want.includes('human') && result.ended === 'transfer' && !read.has('other')) score.falseHumans++
  }
  return score
}

function scoreStories(lines: readonly Story[], language: string, reader?: ReaderWeights): Stories {
  const start = deskAt('open', withReader(language, reader), texts[language], undefined)
  const found = lines.map(({ text, symptom }) => [tried(text, start).known.symptom, symptom])
  return {
    right: found.filter(([is, should]) => is === should && should !== null).length,
    of: found.filter(([, should]) => should !== null).length,
    wrong: found.filter(([is, should]) => is !== should && is !== null).length,
  }
}

const row = (who: string, kind: string, turns: Score, stories: Stories): string =>
  `| ${who} | ${kind} | ${turns.right} of ${turns.of}, ${((turns.right / turns.of) * 100).toFixed(1)} % ` +
  `| ${turns.dangerous} | ${turns.humans.join(' of ')} | ${turns.falseHumans} ` +
  `| ${stories.right} of ${stories.of} | ${stories.wrong} |`

async function folds(language: string): Promise<void> {
  const lessons = await lessonsOf(language)
  const turns = await written<Short>(language, 'short')
  const stories = await written<Story>(language, 'long')
  console.log(
    '| writer | read by | short turns right | dangerous | human | false | symptom of stories | wrong |',
  )
  console.log('|---|---|---|---|---|---|---|---|')
  const by = <Line>(lines: readonly ByWriter<Line>[], who: string) => lines.filter((line) => line.by === who)
  for (const who of new Set(turns.map((line) => line.by).sort())) {
    const texts = new Set(lessons.filter((lesson) => lesson.by === who).map(({ text }) => text.toLowerCase()))
    const reader = train(lessons.filter(({ text }) => !texts.has(text.toLowerCase())))
    for (const [kind, used] of [
      ['rules', undefined],
      ['both', reader],
    ] as const)
      console.log(
        row(
          who,
          kind,
          scoreTurns(by(turns, who), language, used),
          scoreStories(by(stories, who), language, used),
        ),
      )
  }
}

if (import.meta.main) {
  const { values } = commandLine(usage, { options: { folds: { type: 'boolean', default: false } } })
  for (const language of trainable) {
    if (values.folds) await folds(language)
    else {
      const path = new URL(`../../assets/readers/${language}.bin`, import.meta.url).pathname
      const size = await Bun.write(path, Bun.zstdCompressSync(await readerOf(language), { level: 19 }))
      console.log(`${path} is written, ${(size / 1e3).toFixed(0)} kB`)
    }
  }
}
