// Makes French plain before the rules read it: repairs the recogniser's errors and leaves out what answers nothing: the
// "ne" that half of the callers drop anyway, hesitations, and words that only keep the turn. The rules are written for
// what remains: "ce n'est euh pas ça hein" becomes "c'est pas ca".

import { repairFrench } from './repairs.ts'

/** "N'importe quoi" is no negation. */
const no = "(?:n'(?!importe)|ne )"

/** The first half of a negation, with the subject that it changes: "ce n'est", "je n'ai", "il n'y a", "elle ne va". */
const negations: readonly (readonly [RegExp, string])[] = [
  [/(?<![a-z])ce n'e/g, "c'e"],
  [/(?<![a-z])ca n'e/g, 'ca e'],
  [/(?<![a-z])je n'/g, "j'"],
  [/(?<![a-z])il n'y a/g, 'il y a'],
  [new RegExp(`(?<![a-z'])${no}`, 'g'), ''],
]

/** A subject named twice: "la box elle est morte", "le technicien il est passé". */
const doubled =
  /(?<=(?<![a-z])(?:(?:live|free|b)?box|wifi|internet|fibre|teles?|television|decodeur|chaines?|telephones?|portables?|mobiles?|smartphone|iphone|routeur|modem|connexion|lignes?|reseau|signal|voyants?|lumieres?|sim|puce|technicien(?:ne)?s?|conseill(?:er|ere|ers)|dame|monsieur|mec|gars|fils|filles?|mari|femme|mere|pere|voisine?s?|collegues?|cables?|prises?|debit|messages?|sms|appels?|ecran|bouton|netflix|youtube|pages?|ordinateurs?|ordi|tablette|numero|chiffre|factures?|forfait|abonnement|4 ?g|5 ?g|probleme|panne|image|son) )(?:il|elle|ils|elles) (?=[a-z])/g

/** Questions with inverted word order: "pouvez-vous", "qu'avez-vous dit", "est-ce vraiment nécessaire". */
const turned: readonly (readonly [RegExp, string])[] = [
  [
    /(?<![a-z])(?:qu'|que (me )?)(avez|voulez|dites|disiez|demandez|entendez|faites|pensez|attendez|appelez|racontez|desirez|cherchez)[- ]vous(?![a-z])/g,
    "qu'est-ce que vous $1$2",
  ],
  [/(?<![a-z])que (dois|puis|peux|fais|vais)[- ]je(?![a-z])/g, "qu'est-ce que je $1"],
  [
    /(?<![a-z']|vous )(pouvez|pourriez|avez|etes|voulez|voudriez|auriez|savez|saviez|dites|entendez|allez|comptez|demandez|parlez|etiez|seriez|recevez|connaissez|prenez)[- ]vous(?![a-z]| (?:mal |bien )?(?:entendu|compris|dit))/g,
    'vous $1',
  ],
  [
    /(?<![a-z'])(puis|peux|pourrais|dois|devrais|suis|fais|vais|sais)(?:-|(?<=^(?:bonjour |comment |ou |quand |combien |quoi )?[a-z]+) )je(?![a-z])/g,
    'je $1',
  ],
  [/(?<![a-z'])ai[- ]je(?![a-z])/g, "j'ai"],
  [/(?<![a-z']|y )(peut|faut|serait|est|va|doit|a|marche|fonctionne)-(?:t-)?(il|elle|on)(?![a-z])/g, '$2 $1'],
  [
    /(?<![a-z'])est[- ]ce(?= (?:vraiment|bien|si|obligatoire|necessaire|indispensable|utile|normal|possible|grave|un|une))/g,
    "c'est",
  ],
  [/(?<![a-z'])(?:cela|ceci)(?![a-z])/g, 'ca'],
]

/** Sounds of thinking. */
const hesitation =
  /(?<![a-z0-9'-])(?:euh+|heu+|hum+|hm+|mm+h*|mh+|pff+|pfiou|tss+|rah|roh+|oula+|oulala|olala|houla|oh la la)(?![a-z0-9'-])/g

/** Words that keep the turn or show a mood and say neither yes nor no; removed only beside other words. */
const padding =
  /(?<![a-z0-9'-])(?:du coup|en fait|en fin de compte|a vrai dire|pour tout vous dire|pour etre honnete|genre|franchement|honnetement|sincerement|malheureusement|apparemment|visiblement|helas|dites donc|dis donc|figurez-vous|voyez-vous|vous voyez|vous savez|tu sais|tu vois|disons|on va dire|j'avoue|je vous (?:dis|avoue|jure|assure|signale|informe) (?:que )?|comme je (?:vous )?(?:disais|l'ai dit|dis)|ma foi|ma pauvre dame|mon bon monsieur|mon vieux|mon petit|ma petite dame|bordel de|purement et simplement|bel et bien|pour ainsi dire|en gros|grosso modo|bref)(?![a-z0-9'-])/g

/** Intensifiers inside a sentence: between a verb and its "pas" they only separate what belongs together. */
const strongly =
  /(?<= (?:marche|marchent|fonctionne|fonctionnent|va|capte|est|ai|a|sont|veut|peux|c'est|plus|pas|y a|recois|comprends) )(?:absolument|strictement|carrement|totalement|completement|litteralement|proprement|reellement|clairement|decidement|definitivement|desesperement|evidemment|quasiment|pratiquement) (?=[a-z])/g

/** "Là" that only points, at the end or before the actual sentence. */
const pointing =
  /(?<! (?:etes|suis|es|sommes|est|sont|toujours|encore|sois|de|par|celui|celle|cette|ce[a-z]*)) la$| la (?=c'est |ca |j'ai |je |maintenant )|^la (?=c'est |ca |j'ai |je |maintenant |y a |il y a |rien |tout )/g

/** @param text flat (words.ts) */
export function plainFrench(text: string): string {
  let plain = repairFrench(text.replace(hesitation, ' ').replace(/ +/g, ' ').trim())
  for (const [from, to] of turned) plain = plain.replace(from, to)
  plain = plain.replace(doubled, '')
  for (const [from, to] of negations) plain = plain.replace(from, to)
  const without = plain.replace(padding, ' ').replace(/ +/g, ' ').trim()
  return (without === '' ? plain : without)
    .replace(strongly, '')
    .replace(pointing, (word) => (word.endsWith(' ') && word.startsWith(' ') ? ' ' : ''))
}
