// Repairs what a recogniser writes for what a French caller said: homophones, lost apostrophes, swallowed syllables. This
// happens once, before any rule reads the words, so that no rule has to know the errors. plain.ts then removes negation
// halves and hesitations.

/** What is written, and what was meant. Repairs run in order: a later one may change the result of an earlier one. */
type Repair = readonly [misheard: string, meant: string]

/** Whole words of flat text (words.ts). */
const wholeWords: readonly Repair[] = [
  // Lost apostrophes: "c est", "j ai", "qu il"; "d accord" and "s il vous plait" among them.
  [
    "(c|j|n|qu|l|d|s|m|t) (?:')?(?=(?:a|ai|as|avez|avons|aurais?|avais?|est|etes|etais?|etait|y|il|ils|elle|elles|on|un|une|en|eu|accord|abord|habite|arrive|arrivais?|entends?|entend|appelle|appelles?|allume|eteint|eteins|ecoute|attends|internet|appareil|ecran|ordinateur|ordi|heure|adsl|antenne|image|offre|abonnement|application|appli|air|impression|autre)(?![a-z0-9]))",
    "$1'",
  ],
  ['aujourd hui|aujourdui', "aujourd'hui"],
  [
    '(d|l)(internet|appels?|adsl|ecran|abonnement|antenne|ordinateur|application|option|acces|image)',
    "$1'$2",
  ],
  // Written together: "jai", "cest", "ya", "daccord", "quelquun".
  ['j(ai|avais|arrive|entends|ecoute|attends|appelle|habite)', "j'$1"],
  [
    "cest|sest|(?:c'|ca) (?:sait|est)|c(?= (?:bon|fait|ok|ca|quoi|ou|pas|mort|nickel|tout|exact|le|la|pour|un|une) ?)",
    "c'est",
  ],
  ["y'a|ya|i y a|ia(?= (?:pas|plus|rien|un|une|aucun))|il ya", 'y a'],
  ['daccord|dac|dacodac|da cor|dakor', "d'accord"],
  ["quelquun|quelque un|quelqu un|quel qu'un|quel qu un|quelqu'uns", "quelqu'un"],
  [
    "s'il te plait|silvouplait|sil vous plai[ts]?|s'il vous plai[st]?|svp|siouplait|s'iou plait",
    "s'il vous plait",
  ],
  ['est ce que?|et ce que|esse que|esque', 'est-ce que'],
  ["qu'est ce|kes|kesse|qu'est[ -]ce", "qu'est-ce"],
  ['y a[- ]t[- ]il', 'y a-t-il'],
  ["c'est (?:a|ta) dire", "c'est-a-dire"],
  ['peut etre', 'peut-etre'],
  ['rendez vous', 'rendez-vous'],
  // "Je" and "je ne sais" when they are swallowed.
  ['chuis|chui|jsuis|j suis|je suit', 'je suis'],
  ["(?:che|chai|chais|chepa|jsais|j sais|je (?:c'est|ses|ces|sait))(?= (?:pas|plus|rien)|$)", 'je sais'],
  ['chepas?|chaipas?|jesaispas', 'je sais pas'],
  [
    'j(?=(?: |e )?(?:vous|peux|vais|veux|comprends|vois|trouve|crois|pense|suis|sais|dois|viens|regarde|cherche|voudrais)(?![a-z]))',
    'je ',
  ],
  // "Ça" and "c'est" written by sound.
  [
    "sa (?=(?:marche|fonctionne|va|y est|a|ne|n'|rame|coupe|capte|veut|change|fait|clignote|sonne|charge|remarche|refonctionne|redemarre|sert|me|m'|y|bouge|donne|vient|reste|suffit|ira|serait|sera|saute|plante|bug|dure))",
    'ca ',
  ],
  ['samarche', 'ca marche'],
  [
    "(?<!(?:il|elle|on|qui|je|tu|ne) )(?:c'est|ces|ses|ce|se|cet|c|sait) sa|sait ca$|cessa|ce ca|ces ca|ses ca|cest sa",
    "c'est ca",
  ],
  [
    "(?<!(?:ca|de|par|pour|dans|il|elle|qui|on|tous|avec|sur|ne|toutes) )(?:ce|ces|ses|se|sait|ceci est|cela est|cet|cette|sept|s'est|c'et) (?=(?:bon|bons|fait|fee|fete|fais|faite|ok|mort|exact|regle|revenu|nickel|pareil|termine|fini|debranche|rebranche|rallume|eteint|pas ca|pas bon|pas sa|le bon|pas le bon|le mien|pour (?:le|la|un|une|mon|ma|internet)|toujours (?:pas|pareil))(?![a-z0-9]))",
    "c'est ",
  ],
  ["(?<=c'est )(?:fee|faits?|fete|fais|fit|faire|fes)(?!-)", 'fait'],
  ["(?<=(?:c'est|oui|non) )(?:bons|bond|bonds)", 'bon'],
  [
    "(?:ca|sa|c'a|c'est) (?:y|i) (?:et|ai|hier|ait|es|est)|ca (?:yest|ye)|ca et$|sayest|saye|caye|ca ille",
    'ca y est',
  ],
  ["(?<=c'est )(?:exacte?s?|ex act|exacts)", 'exact'],
  // Short words of negation.
  [
    '(?<=(?:marche|fonctionne|capte|va|change|comprends|sais|peux|veux|vois|ai|a|est|bouge|ca) )(?:pa|pah|pat|paas|patte)',
    'pas',
  ],
  [
    "(?<=(?:marche|fonctionne|capte|va|passe|ai|a) )(?:plu|pu)(?=$| (?:de|d'|rien|du tout|internet|depuis))",
    'plus',
  ],
  ['tou(?:s|t) jours?|toujour', 'toujours'],
  // Endings that are not heard: "je veut", "je comprend", "rien na changé".
  ['(?<=(?:je|tu) (?:le |la |les |vous )?)(?:veut|veu)', 'veux'],
  ['(?<=(?:je|tu) (?:le |la |les |vous )?)(?:peut|peu)', 'peux'],
  ['je (voul|voudr|aimer|souhaiter|pourr|prefer|preferer|sav|ser|aur|devr)ait', 'je $1ais'],
  ['comprend|comprent|comprens', 'comprends'],
  ['comprits?|conpris', 'compris'],
  ['(?<=(?:rien|ca|elle|il|on) )na', 'a'],
  ['ce (?=passe|connecte|rallume|lance|coupe|bloque|deconnecte|remet)', 'se '],
  ['jy', "j'y"],
  ['(?<=^(?:oui |non |bon |ok |ah )*)attend', 'attends'],
  // Yes, no, well.
  ['ui|wi|voui|vui|ouis|houi|oui+|ouii+', 'oui'],
  ['ouai|wai|waie|houais|oue|ouaiis|ouaiss', 'ouais'],
  [
    "(?<=^(?:ah |ben |bah |euh |mais |eh ben )*)(?:nom|n'on|noms)(?=$| (?:nom|non|merci|toujours|pas|ca|c'est|rien|plus|je|j'))",
    'non',
  ],
  ["bas (?=oui|non|voila|c'est|je)", 'bah '],
  ["a l'eau|alo|hallo", 'allo'],
  // The hyphen after an imperative is lost: "laissez moi", "rappelez moi", "y a-t-il".
  ['((?:[a-z]{3,}ez)|dites|faites|redites|laisse|passe|mets|attends|rappelle) (moi|nous)', '$1-$2'],
  // Technical words.
  ['(?:oui|oui-|ouii|voui|hui|we|vi|ouai|why|oui e)[ -]?(?:fi|fie|fit|phi)|wi fi|wi-fi|wifis?|hi-fi', 'wifi'],
  ['boxe|bocks|boks?|boxes', 'box'],
  ['(?:live|laive|life|lave|liv|leave|lif) ?box', 'livebox'],
  ['fr(?:ee|i|y) box', 'freebox'],
  ['(?:b|bi|be|bee) box', 'bbox'],
  [
    "(?<=(?:la|ma|notre|de) )(?:libre|vibre|filbre|fibres)(?= (?:optique|marche|fonctionne|est|ne|n'|a|elle|coupe|ca|depuis|s'est))",
    'fibre',
  ],
  ['(?:des|de) codeurs?', 'decodeur'],
  ['rooteurs?|routers?', 'routeur'],
  ['inter net|internette|internets', 'internet'],
  ['croyants?(?= (?:est|rouge|vert|orange|clignote|internet|qui))', 'voyant'],
  ['(quatre|cinq|trois|[345]) ?(?:ge|gee|j|jet)(?=$| [a-z])', '$1 g'],
  ['a d s l|adesl|a d sl', 'adsl'],
  ['s m s|essemesse|es m s|s m esse', 'sms'],
  ['cartes? (?:cimes?|simes?|simmes?|sym|cim|scim|seam|seem|six|sixt|signe|sims|s i m|5im|zim)', 'carte sim'],
  ['(?:e|i)[ -]?(?:cime|sime|simme|sim)', 'esim'],
  ['code (?:puck|puc|puke|pouk|peuk|p u k)', 'code puk'],
  ['code (?:pine?|pain|pinne|p i n|pins)', 'code pin'],
  ['reseaux|rezo|raiseau|raisot', 'reseau'],
  ['mobil', 'mobile'],
  ['mode (?:avions|a vion|avion)', 'mode avion'],
  ['con?nn?e[cx](?:t|x|ct|s)?ions?', 'connexion'],
  ['(?:wif|oui-fi|wify|wifie)', 'wifi'],
  // Imperatives with "tu": "bouge pas", "répète".
  ['(?<=^(?:oui |non |ah |attends |attendez |ok |bon |oh )*)bouge (?=pas)', 'bougez '],
  ['quitte (?=pas)', 'quittez '],
  // People.
  [
    "(un|une|au|le|la|mon|votre|des|les|aux|vos|vrai|autre) conseill?(?:e|ee|es|ees|et|ers?|eurs?|ait|ais)(?! (?:de|d'|par|a|pour|sur))",
    '$1 conseiller',
  ],
  ["(?<=^(?:un )?)conseill?(?:e|es|ez|er|ers)(?=$| s'il| merci)", 'conseiller'],
  ['un umain|un nu main|un main|un nhumain|un humains', 'un humain'],
  ['(?:o|au|aux|eau|haut|or) ?re ?voir|orevoir', 'au revoir'],
  // Imperatives written as infinitives or participles: they sound the same.
  [
    '(?<=^(?:oui |non |alors |bon |ok |ah |euh )*)(?:attendais|attendez|attender|attende|a tendez|attandez)',
    'attendez',
  ],
  ['repette[rz]?|re pete[rz]?|repete[rz]|repetait', 'repetez'],
  ['c(?:e|é)(?= (?:fait|bon|ok|mort|pas|quoi|ou|ca))', "c'est"],
  ['imp[e]c+ables?|impecab', 'impeccable'],
  ['niquel|nikel|ni quel|nickels|nickelle|nikkel|nique elle', 'nickel'],
]

const steps =
  'debranch|rebranch|redemarr|rallum|allum|verifi|regard|activ|desactiv|retir|enlev|enfonc|branch|reconnect|connect|coch|essay|coup|appuy|relanc|inser|pouss|ferm|chang|remont|termin|effectu|recommenc|test|arret|pos|plac|regl|repar|trouv|appel|rappel|attrap|not|tromp'

/** Word endings: a participle sounds like its infinitive ("j'ai débrancher") and agrees with its object. */
const endings: readonly Repair[] = [
  [
    `(?<=(?<![a-z])(?:j'ai|l'ai|les ai|ai|c'est|est|sont|ete|etes|deja|avez|on a|elle a|il a) (?:tout |bien |deja )?)(${steps})(?:er|ez|ait|ais|ee|ees|es)`,
    '$1e',
  ],
  ['(?<=(?<![a-z])(?:ai|est|a|ete|tout|deja|bien|avez) )(?:et|e)?teins', 'eteint'],
  ["(?<=(?<![a-z])(?:ai|est|a|tout|deja|bien|avez) )(?:des|de|d'e) branche[rzes]*", 'debranche'],
  ['(?<=(?<![a-z])(?:ai|est|a|tout|deja|bien|avez) )re ?branche[rzes]*', 'rebranche'],
]

const repairs = [...wholeWords, ...endings].map(([misheard, meant]): readonly [RegExp, string] => [
  new RegExp(`(?<![a-z0-9'])(?:${misheard})(?!(?<=[a-z0-9])[a-z0-9])`, 'g'),
  meant,
])

/** A swallowed "e": "j'sais", "d'pas", "l'câble". The apostrophe stands before a consonant. */
const swallowed = /(?<![a-z])([jdlmts])'(?=[bcdfgjklmnpqrstvz][a-z])/g

/** @param text flat (words.ts) */
export function repairFrench(text: string): string {
  let repaired = text.replace(swallowed, '$1e ')
  for (const [misheard, meant] of repairs) repaired = repaired.replace(misheard, meant)
  return repaired.replace(/ +/g, ' ').trim()
}
