// Numbers as callers dictate them: over several turns, corrected, said twice, misheard.

import { describe, expect, test } from 'bun:test'
import { correctedNumber } from '../../src/understanding/corrected-number.ts'
import { dictateEverySplit, heard, randomNumbers, ways } from './number-turns.ts'

const numbers = randomNumbers(60, 5)

test.each(ways)('a number cut into turns is never read as another one (%p)', (way) => {
  const count = dictateEverySplit(numbers, way)
  expect(count.examples.filter((example) => !example.endsWith('undefined'))).toEqual([])
  expect(count.wrong).toBe(0)
})

type Said = [what: string, turns: string[], number: string | undefined]

const dictated: Said[] = [
  ['after its first pair', ['zéro six', 'soixante et un vingt-trois quinze quarante'], '0661231540'],
  [
    'with a question between',
    ['zéro six, vous suivez ? soixante et un vingt-trois quinze quarante'],
    '0661231540',
  ],
  [
    'begun anew',
    ['zéro six douze', 'zéro six douze trente-quatre cinquante-six soixante-dix-huit'],
    '0612345678',
  ],
  ['deux fois le sept', ['zéro six deux fois le sept douze trente-quatre cinquante-six'], '0677123456'],
  [
    'une fois behind a group',
    ['zéro six, une fois, trente-neuf quatre-vingt-dix-huit douze quarante-sept'],
    '0639981247',
  ],
  ['a pair that comes double', ['zéro six double trente-neuf quatre-vingt-dix-huit douze'], '0639399812'],
  ['trois fois le huit', ['zéro sept, trois fois le huit, quarante, douze, cinq'], '0788840125'],
  ['deux fois le quatre', ['zéro six, deux fois le quatre, quinze, vingt-deux, trente et un'], '0644152231'],
  [
    'said twice',
    [
      'zéro six trente-neuf quatre-vingt-dix-huit trente et un quarante, oui zéro six trente-neuf quatre-vingt-dix-huit trente et un quarante',
    ],
    '0639983140',
  ],
  [
    'said twice without hyphens',
    [
      'zéro six trente neuf quatre vingt dix huit trente et un quarante zéro six trente neuf quatre vingt dix huit trente et un quarante',
    ],
    '0639983140',
  ],
  ['with its end again', ['06 39 98 31 40, 31 40'], '0639983140'],
  ['with a stutter', ['zéro zéro six trente-neuf quatre-vingt-dix-huit trente et un quarante'], '0639983140'],
  [
    'with a longer stutter',
    ['zéro six zéro six trente-neuf quatre-vingt-dix-huit trente et un quarante'],
    '0639983140',
  ],
  ['corrected at its end by "enfin"', ['06 52 18 40 33, enfin 34'], '0652184034'],
  ['corrected at its end by "plutôt"', ['06 52 18 40 33 plutôt 34'], '0652184034'],
  [
    'corrected by "pardon" behind it',
    ['zéro six trente-neuf quatre-vingt-dix-huit trente et un, trente-deux pardon, quarante'],
    '0639983240',
  ],
  ['corrected in the middle', ['06 52 18 non 19 40 33'], '0652194033'],
  ['excused in the middle', ['06 39, pardon, 98 12 47'], '0639981247'],
  ['with hundreds', ['zéro six cent douze trois cent quatre cinq cent six'], '0612304506'],
  ['misheard', ['zéro si trente-neuf quatre-vingt-dix-huit cette un douze'], '0639987112'],
  ['with the letter O', ['O six 39 98 31 40'], '0639983140'],
  [
    'with pairs begun twice',
    ['zéro six trente trente-neuf quatre quatre-vingt-dix-huit seize vingt'],
    '0639981620',
  ],
  [
    'misheard twice in a row',
    ['zéro six trente-neuf quatre-vingt-dix-huit cette cette deux un'],
    '0639987721',
  ],
  [
    'with "soixante et onze"',
    ['zéro quatre soixante-cinq soixante et onze quatre-vingt-quatre', 'vingt-six'],
    '0465718426',
  ],
  ['deux zéros', ['zéro sept cinquante-six deux zéros vingt-deux onze'], '0756002211'],
  ['deux fois zéro trois', ['07 49 98 et puis deux fois zéro trois'], '0749980303'],
  [
    'digit by digit with deux fois zéro',
    ['zéro six trois neuf neuf huit deux fois zéro trois un'],
    '0639980031',
  ],
  [
    'with a repetition that counts what was said',
    ['zéro six trente-neuf quatre-vingt-dix-huit dix-huit dix-huit deux fois dix-huit'],
    '0639981818',
  ],
  [
    'corrected twice in a row',
    ['zéro deux soixante et un quatre-vingt-douze non onze pardon quatre-vingt-onze zéro sept quarante'],
    '0261910740',
  ],
  [
    'corrected from a pair that is not alike',
    ['zéro six trente-neuf nonante-huit treize pardon trente soixante-cinq'],
    '0639983065',
  ],
  ['corrected from two pairs back', ['06 39 98 41 15 ah non attendez 41 16'], '0639984116'],
  ['with an article before a digit', ['06 39 98 trois fois le cinq et un deux'], '0639985552'],
  ['with what it is not', ['06 39 98 31, pas 13, 40'], '0639983140'],
  ['with a pair taken back by "pas"', ['06 39 98 13, enfin pas 13, 31 40'], '0639983140'],
  ['with something else behind it', ['06 39 98 31 40 pour me joindre'], '0639983140'],
]

describe('a number is understood', () => {
  test.each(dictated)('%s', (_, turns, number) => {
    expect([turns, heard(turns)]).toEqual([turns, number])
  })
})

const never: [string, string[]][] = [
  ['a customer number', ['mon numéro de client c’est le 12 34 56 78']],
  ['half a number', ['zéro six trente-neuf quatre-vingt-dix-huit']],
  ['two numbers', ['06 39 98 31 40 ou le 01 99 00 12 34']],
  ['two readings', ['zéro un quarante quatre vingt deux trente trente cinq']],
  ['a correction that leaves it open', ['06 39 98 31 32 pardon 40']],
]

describe('a number is never guessed from', () => {
  test.each(never)('%s', (_, turns) => {
    expect([turns, heard(turns)]).toEqual([turns, undefined])
  })
})

describe('at the read-back of 06 39 98 21 72', () => {
  const corrected: [string, string | null][] = [
    ['euh septante-trois à la fin excusez', '0639982173'],
    ['non c’est 97', '0639972172'],
    ['non 45', null],
    ['non 31 à la fin pas 13', null],
    ['non quarante-deux à la fin pas soixante-douze', '0639982142'],
    ['douze pas vingt et un douze', '0639981272'],
    ["les deux derniers c'est septante-sept", '0639982177'],
    ["c'est vingt-deux au lieu de vingt et un", '0639982272'],
    ["vous avez inversé c'est soixante-douze vingt et un", '0639987221'],
    ["c'est pas vingt et un c'est deux euh trente et un", '0639983172'],
    ['ça finit par un trois', '0639982173'],
    ["le dernier chiffre c'est un huit", '0639982178'],
    ["le troisième c'est quatre-vingt-dix-sept", '0639972172'],
    ['au début zéro sept', '0739982172'],
    ['c’est un neuf pas un sept', '0639982192'],
    ['c’est un trois pas un deux', null],
    ['vous avez dit 21 c’est 31', '0639983172'],
    ['l’avant-dernier c’est 31', '0639983172'],
    ['pas 21', null],
    ['31 pas 13', null],
    ['les deux derniers', null],
    ["j'ai 2 box et 3 téléphones", null],
    ['oui', null],
  ]
  test.each(corrected)('"%s" corrects one pair only if it is clear which', (text, phone) => {
    expect(correctedNumber(text, 'fr', '0639982172')).toBe(phone)
  })
})
