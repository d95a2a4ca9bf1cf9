// Understands a caller's turn by rules and a small trained reader: pure, deterministic, in well under a millisecond. A
// language model may fill the gaps that they leave (dialogue/model/merge.ts); what they read with certainty stays.

import { type Answer, blank, readAnswer } from './answers.ts'
import { readAside, tellsOfAnotherProblem } from './asides.ts'
import { readChoice } from './choices.ts'
import { correctedNumber } from './corrected-number.ts'
import { correctedTurn } from './corrected-turn.ts'
import { type Dictation, dictation, nothing } from './dictation.ts'
import { readEvidence } from './evidence.ts'
import { readIntent } from './intents.ts'
import { languageWish } from './language-wish.ts'
import { languages } from './languages/index.ts'
import { has, type Lexicon } from './lexicon.ts'
import { lexiconOf } from './lexicons.ts'
import { bounded, type Listening, longestTurn } from './listening.ts'
import { readName } from './names.ts'
import { phoneFormOf } from './phone.ts'
import { secondReading, withReading } from './reader/second-reading.ts'
import { inKnownWords } from './sayings.ts'
import { type Problem, readNotes, readProblem, readTried } from './topics.ts'
import type { Intent, Understanding } from './types.ts'
import { flat } from './words.ts'

export { bounded, type Listening, longestTurn }

export const nothingUnderstood: Understanding = {
  answer: 'unknown',
  topic: 'unknown',
  intent: 'none',
  phone: null,
  digits: null,
  otherDigits: [],
  ambiguous: false,
  name: null,
  symptom: null,
  notes: [],
  tried: [],
  anotherProblem: false,
  language: null,
  objects: false,
  givesOrders: false,
  doubtful: false,
  evident: false,
  wordCount: 0,
}

/** Words of a turn that tells a story. */
const storyWords = 25
/** What a story tells, when it looks like one of these. */
const asidesInStory: ReadonlySet<Intent> = new Set<Intent>(['repeat', 'wait', 'back', 'confused'])

const undecided: Answer = { answer: 'unknown', at: -1 }
const confirmed: Answer = { answer: 'yes', at: 0 }
/** What counts beside "it works in part". */
const besideUndecided: ReadonlySet<Intent> = new Set<Intent>(['human', 'goodbye', 'wait', 'repeat'])

/**
 * Reads one turn of the caller.
 *
 * @param text as the recogniser wrote it, in upper or lower case, with or without punctuation
 * @returns `phone` only for a number with exactly one reading; `digits` includes those of earlier turns
 */
export function understand(text: string, state: Listening): Understanding {
  const known = inKnownWords(text, state)
  const rules = understandWith(known, state, lexiconOf)
  return withReading(rules, secondReading(known, state), state)
}

/**
 * What given rules read, without the reader; explain.ts watches them.
 *
 * @param text in known words (sayings.ts)
 * @param lexiconFor the rules of a language
 */
export function understandWith(
  text: string,
  state: Listening,
  lexiconFor: (code: string) => Lexicon,
): Understanding {
  const others =
    state.offered?.map(({ language }) => language).filter((code) => code !== state.language) ?? []
  const wish =
    others.length === 0 ? undefined : languageWish(flat(bounded(text)), state.language, others, lexiconFor)
  if (wish === undefined) return readTurn(text, state, lexiconFor(state.language))
  const { wanted, spoken, rest } = wish
  const read = readTurn(rest, { ...state, language: spoken }, lexiconFor(spoken))
  // A yes or no may answer the caller's own question, and only "my name is" tells a name from what stands around the
  // wish. It may be said in either language.
  const lexicons = [lexiconFor(spoken), lexiconFor(state.language)]
  const name = lexicons.map((lexicon) => readName(rest, lexicon, 'no')).find((one) => one !== null)
  return {
    ...read,
    answer: 'unknown',
    name: name ? asSaid(name, text, lexicons[0]!) : null,
    language: wanted,
  }
}

/**
 * A name that was read in flat text, with the accents with which it was said, and without words that are left of the
 * wish: "Dupont, do you".
 */
function asSaid(name: string, text: string, { answerTalk }: Lexicon): string | null {
  const words = name.split(' ')
  while (words.length > 0 && answerTalk.has(flat(words.at(-1)!))) words.pop()
  const said = text.match(/\p{L}+/gu) ?? []
  const written = (word: string) => said.find((one) => flat(one) === flat(word))?.slice(1) ?? word.slice(1)
  const whole = words.join(' ').replace(/\p{L}+/gu, (word) => word.charAt(0) + written(word))
  return whole === '' ? null : whole
}

function readTurn(text: string, state: Listening, lexicon: Lexicon): Understanding {
  const whole = bounded(text)
  const flatText = flat(whole)
  if (flatText === '') return nothingUnderstood
  const all = lexicon.plain(flatText)
  // "Yes, but don't call before ten": the number is right.
  const everything = state.asking === 'phoneConfirm' ? blank(all, lexicon.reachable) : all
  const objects = has(lexicon.objects, everything)
  const aboutTheTurn = {
    anotherProblem: tellsOfAnotherProblem(flatText, lexicon),
    language: null,
    objects,
    givesOrders: givesOrders(flatText),
    ...readEvidence(everything, lexicon, state.language, {
      asking: state.asking,
      asks: whole.includes('?'),
      things: thingsOf(state),
    }),
    wordCount: whole.trim().split(/\s+/).length,
  }
  // Without the objection, so that "je ne veux pas être enregistré" is neither a no nor a name.
  const plain = objects ? blank(everything, lexicon.objects) : everything
  if (plain.trim() === '') return { ...nothingUnderstood, ...aboutTheTurn }
  const said = objects ? plain : whole
  const identifying = state.asking === undefined && state.name === 'identification'
  const before = state.digits ? [state.digits, ...(state.otherDigits ?? [])] : []
  const { confirms = false, ...number } = numberOf(said, state, before, identifying)
  const working =
    state.asking === 'verify' ||
    state.asking === 'step' ||
    (state.asking === undefined && (state.name === 'verification' || state.name === 'solution'))
  const read = readAnswer(plain, lexicon, working)
  const isUndecided = state.asking === 'verify' && has(lexicon.undecided, plain)
  const known = state.known?.topic ?? null
  const { asking, desk } = state
  const choice = desk && readChoice(flatText, desk, lexicon, { asking, known })
  const offered = asking === 'callBack' ? readOffered(plain, lexicon, read) : read
  const spoken = isUndecided ? undecided : confirms ? confirmed : offered
  const answer = choice !== undefined && 'answer' in choice ? { answer: choice.answer, at: 0 } : spoken
  const givesNumber =
    state.asking === 'phone' || state.asking === 'phoneConfirm' || state.asking === 'callBack'
  const about = givesNumber ? blank(plain, lexicon.numberKind) : said
  const choosing = asking === 'topic' || asking === 'symptom' ? asking : undefined
  const problem: Problem =
    choice !== undefined && 'problem' in choice
      ? choice.problem
      : desk && !isUndecided
        ? readProblem(about, desk, lexicon, { language: state.language, known, choosing })
        : { topic: 'unknown', symptom: null }
  const context = { topic: problem.topic === 'unknown' ? known : problem.topic, symptom: problem.symptom }
  // What works in part is neither done nor stuck; a wait or a farewell beside it counts.
  const wanting = isUndecided ? blank(plain, lexicon.undecided) : plain
  const doing = state.asking !== 'phoneConfirm' && !isUndecided
  const wants = readIntent(wanting, lexicon, answer, state.asking === 'callBack', doing)
  const wish = isUndecided && !besideUndecided.has(wants) ? 'none' : wants
  const aside = readAside(wanting, lexicon, { intent: wish, answer, problem, asking: state.asking, known })
  // Who tells a long story of a fault asks for no repetition, and "then it worked again" is not its end.
  const isStory = state.asking === 'open' && aboutTheTurn.wordCount >= storyWords
  const isTold = isStory && (aside === 'solved' ? problem.symptom !== null : asidesInStory.has(aside))
  const intent = isTold ? 'none' : aside
  // Who ends a contract or buys names things that are not broken.
  const isOnlyNamed =
    intent === 'otherDesk' && ![lexicon.worksNot, lexicon.faulty].some((list) => has(list, plain))
  const numberSaid = number.phone !== null || number.digits !== null || number.ambiguous
  const asksName = (state.asking === 'name' || identifying) && !numberSaid
  const bare = intent === 'none' && answer.answer !== 'no' && problem.topic === 'unknown'
  // "non pas Robert, Humbert": a correction says no. A wish for somebody may name them.
  const corrects = state.asking === 'name' && intent === 'none'
  const wantsElse = intent === 'human' || intent === 'goodbye'
  const beside =
    state.asking === 'name' && !wantsElse ? 'beside' : state.asking === 'open' ? 'greeting' : 'no'
  return {
    answer: answer.answer,
    topic: problem.topic,
    intent,
    ...number,
    name: readName(said, lexicon, asksName && bare ? 'any' : asksName && corrects ? 'capitals' : beside),
    symptom: isOnlyNamed ? null : problem.symptom,
    notes: state.desk ? readNotes(everything, state.desk, state.language) : [],
    tried: state.desk ? readTried(plain, state.desk, state.language, context) : [],
    ...aboutTheTurn,
  }
}

/** The desk's words for things, at the question whether it works. */
function thingsOf({ asking, desk, language }: Listening): readonly RegExp[] {
  const words = asking === 'verify' ? desk?.words[language] : undefined
  return Object.values(words?.topics ?? {}).flatMap((topic) => topic.words.map(({ pattern }) => pattern))
}

/** The number that is dictated; at the read-back also what is corrected of it. `confirms`: nothing is. */
function numberOf(
  text: string,
  { language, phoneLanguage = language, asking, pending }: Listening,
  before: readonly string[],
  identifying: boolean,
): Dictation & { confirms?: boolean } {
  const read = dictation(
    text,
    language,
    before,
    asking === 'phone' || identifying,
    phoneFormOf(phoneLanguage),
  )
  const form = phoneFormOf(phoneLanguage)
  if (asking === 'phone' && read.ambiguous && before.length === 0) {
    const phone = correctedTurn(text, language, form)
    return phone === null ? read : { ...nothing, phone }
  }
  if (asking !== 'phoneConfirm' || !pending || read.phone !== null) return read
  const phone = correctedNumber(text, language, pending, form)
  return phone === null ? read : { ...nothing, phone, confirms: phone === pending }
}

/** Tries the orders of every language: a French caller may give them in English. */
const givesOrders = (text: string): boolean => languages.some((code) => has(lexiconOf(code).orders, text))

/** When a call-back was offered, "I will manage" declines it and "tomorrow morning" accepts it. */
function readOffered(text: string, lexicon: Lexicon, read: Answer): Answer {
  if (has(lexicon.declines, text)) return { answer: 'no', at: 0 }
  // "On which number? Mine does not work" is no answer to the offer.
  if (read.answer === 'no' && has(lexicon.unsure, text) && has(lexicon.worksNot, text)) return undecided
  if (read.answer === 'unknown' && !has(lexicon.unsure, text) && has(lexicon.accepts, text))
    return { answer: 'yes', at: 0 }
  return read
}
