// Whether a sentence has the form of speech: no machine text, markup, address or role. Pure.

import { languageOf, languages } from '../../../understanding/languages/index.ts'

export const formReasons = [
  'tool',
  'json',
  'url',
  'table',
  'markup',
  'code',
  'role',
  'number',
  'language',
] as const
type FormReason = (typeof formReasons)[number]

/** Who may be written before a colon in a transcript, in any of the languages: a model writes its own. */
const roles = (): string => languages.flatMap((code) => languageOf(code).gate.roles).join('|')
let rolePattern: RegExp | undefined
const namesRole = (text: string): boolean => {
  rolePattern ??= new RegExp(`^\\s*["«“]?\\s*(?:${roles()})\\s*[:：]`, 'i')
  return rolePattern.test(text)
}

/** Why a sentence has not the form of speech; the first rule that matches counts. */
const rules: readonly (readonly [reason: FormReason, pattern: Pick<RegExp, 'test'>, example: string])[] = [
  ['tool', /<\/?tool|\btool_call|\bfunction_call|"arguments"/i, '<tool_call>'],
  ['json', /[{}]|"\w+"\s*:|^\s*[[\]]/, '{"answer":"yes"}'],
  ['url', /\bhttps?:|\bwww\.|@|\b[\w-]{2,}\.(?:[a-z]{2}|com|net|org|info|example)\b/i, 'https://a.fr'],
  ['table', /\|/, '| a | b |'],
  ['markup', /[<>[\]\\^~_#*`]|&#?\w{2,8};/, '<br>'],
  ['code', /=|;\s*$|\(\)|::|->|\b(?:def|const|return|import|print|SELECT)\b.*[(;]/, 'x = 1'],
  ['role', { test: namesRole }, 'Agent : Bonjour'],
  ['number', /[%€$£¥]/, '50 %'],
  // Letters of another script cannot be spoken by the voice.
  ['language', /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u, 'Привет'],
]
/** @returns why the sentence cannot be spoken, or undefined when it has the form of speech */
export function formFault(sentence: string): FormReason | undefined {
  const unaccented = sentence.normalize('NFD').replace(/\p{Mn}/gu, '')
  return rules.find(([, pattern]) => pattern.test(unaccented))?.[0]
}

/** The rules' own examples, for a test. */
export const formExamples = rules.map(([reason, , example]) => [reason, example] as const)
