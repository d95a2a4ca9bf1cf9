// Calls made by chance, as scenarios: a caller who answers, keys, interrupts, mumbles, is silent or hangs up, with a
// voice, a language model and technicians that work or fail.

import type { Random } from '../lab/random.ts'
import { parseScenario, type Scenario } from './scenario-file.ts'

const words = [
  "je n'ai plus internet",
  'ma connexion est très lente',
  "mon mobile n'a plus de réseau",
  'Marie Dupont',
  'zéro six douze trente-quatre cinquante-six soixante-dix-huit',
  'oui',
  'non',
  "c'est fait",
  'ça marche maintenant',
  'ça ne marche toujours pas',
  "je ne comprends pas ce qu'il faut faire",
  'vous pouvez répéter',
  'attendez une minute',
  "il pleut aujourd'hui à Brest",
  "j'ai déjà redémarré la box",
  'je voudrais parler à un conseiller',
]
const keyed = ['1', '2', '3', '0', '*', '#', '8', '0612345678', '0612345678#', '06']

/** How a caller comes to the first step. */
const begins = [
  { says: "je n'ai plus internet" },
  { says: 'Marie Dupont' },
  { keys: '0612345678', every: 0.2 },
  { says: 'oui' },
]

/** The same random numbers make the same call. */
export function randomCall(random: Random, name: string): Scenario {
  const one = <T>(of: readonly T[]): T => of[random.below(of.length)]!
  const chance = (percent: number): boolean => random.below(100) < percent
  const when = () => (chance(25) ? { after: 'agent speaks', wait: random.below(30) / 10 } : {})
  const act = () => {
    const kind = random.below(100)
    if (kind < 65) return { ...when(), says: one(words) }
    if (kind < 85) return { ...when(), keys: one(keyed), every: 0.2 }
    if (kind < 92) return { ...when(), mumbles: 0.4 + random.below(20) / 10 }
    return { silent: 4 + random.below(6) }
  }
  const answer = () => ({
    says: one(['Très bien, je note.', 'Pouvez-vous me dire votre nom ?', 'Regardez les voyants de la box.']),
    understood: one([{}, { answer: 'yes' }, { answer: 'no' }, { topic: 'internet' }]),
    after: random.below(30) / 10,
    ...(chance(20) && { fault: one(['gone', 'never', 'cut']) }),
  })
  const given = {
    recording: one(['off', 'notice', 'consent']),
    technician: one(['free', 'none', 'unreachable', 'silent']),
    technician_after: random.below(6),
    voice: one(['works', 'works', 'works', 'slow', 'fails']),
    ...(chance(20) && { cache: ['welcome', 'error_transfer'] }),
    ...(chance(10) && { hears: 'keys' }),
    ...(chance(40) && { llm: Array.from({ length: 4 }, answer) }),
  }
  const acts = Array.from({ length: 2 + random.below(4) }, act)
  const call = [...(chance(60) ? begins : []), ...acts, ...(chance(70) ? ['hangs up'] : [])]
  const expect = {
    ...{ states: [], outcome: 'goodbye', next: 'hangup|', agent: ['…'] },
    timing: { duration_s: [0, 1] },
  }
  const yaml = Bun.YAML.stringify({ title: 'A call made by chance', given, call, expect })
  return parseScenario(name, yaml)
}
