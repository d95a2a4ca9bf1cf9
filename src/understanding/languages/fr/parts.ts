// Fragments that the French rules share: verbs for working and failing, and the words between a verb and its "pas". For
// plain text (plain.ts), which has no "ne".

/** Alternatives as one group. */
export const either = (...alternatives: string[]): string => `(?:${alternatives.join('|')})`

/** Words that may stand between a verb and its "pas", each with its space. */
export const between =
  '(?:(?:toujours|encore|meme|vraiment|quand meme|tout de meme|non plus|pour autant|a nouveau|deja|trop|tres|ca|que|tout|carrement|bien|franchement|plus) )*'

/** The second half of a negation. */
export const not = either(
  'pas|plus(?! (?:vite|rapide\\w*|stable|fort|loin|tard|tot|ou moins|que)(?![a-z]))|jamais|rien|que dalle|nada|guere|mal',
)

/** What a box, a line or a telephone does when it works: present tense, singular and plural. */
export const runs = either(
  'marche(?:nt)?|fonctionne(?:nt)?|remarche(?:nt)?|refonctionne(?:nt)?|va|vont|repart|capte(?:nt)?|recapte',
)

/** What else it may fail to do: "ça s'allume pas" is a fault, while "ça s'allume" alone may mean little. */
export const mayDo = either(
  "(?:re)?demarre(?:nt)?|s'allume(?:nt)?|se rallume(?:nt)?|se lance(?:nt)?|se (?:re)?connecte(?:nt)?|connecte|repond(?:ent)?|reagit|(?:re)?charge(?:nt)?|passe(?:nt)?|(?:re)?vient|(?:re)?viennent|accroche|s'ouvre(?:nt)?|s'affiche(?:nt)?|tourne(?:nt)?|prend|detecte(?:nt)?|reconnait|recoit|recois|bouge(?:nt)?|change(?:nt)?|suffit|aide|sert|donne|s'arrange|s'ameliore|progresse|avance|apparait|fait|allume|capter|sonne|s'eteint|se (?:de|re)branche|s'enleve|sort|rentre|se decroche|s'enfonce|se ferme|se retire",
)

/** What a faulty thing does. */
export const fails = either(
  "(?:re|micro)?coupe(?:nt)?|saute(?:nt)?|(?:re)?plante(?:nt)?|b(?:u|eu)g(?:ue?(?:nt)?)?|rame(?:nt)?|lag(?:ue?)?|clignote(?:nt)?|decroche(?:nt)?|se (?:re)?deconnecte(?:nt)?|se coupe(?:nt)?|se fige(?:nt)?|fige|freeze|retombe|tombe|disparait|gresille|mouline|patine|s'eteint|s'arrete|disjoncte|deconne|fait (?:des siennes|le mort|n'importe quoi)|part en (?:vrille|cacahuete|live)|merde|merdouille|foire|se bloque|bloque|gele|pixelise|tourne (?:en rond|dans le vide|en boucle)|redemarre (?:en boucle|sans arret|tout le temps|toute? seule?|sans cesse)|traine|galere|recommence",
)

/** What a faulty thing is. */
export const broken = either(
  "(?:re)?coupee?s?|morte?s?|hs|h s|ko|en panne|en rade|en carafe|en croix|(?:re)?plantee?s?|bloquee?s?|figee?s?|gelee?s?|foutue?s?|fichue?s?|cassee?s?|grillee?s?|cramee?s?|eteinte?s?|noire?s?|(?:re)?tombee?s?|down|hors (?:service|ligne|d'usage)|deconnectee?s?|lente?s?|instables?|rouges?|oranges?|(?:au|en|a l'|a la|dans le) ?(?:rouge|orange)|a plat|a l'arret|inaccessible|indisponible|introuvable|dans les choux|a la ramasse|nuls?|nulles?|pourrie?s?|naze|mauvaise?s?|brouillee?s?|muette?s?|defectueu\\w+|defaillante?|injoignable|inutilisable|catastrophique|petee?s?|claquee?s?|kaputt?|en vrac|en vrille|au bout du rouleau|detraquee?s?|deglinguee?s?|naze|a deux a l'heure|degueulasse",
)

/** The subject: who or what does it. */
export const it = either(
  'ca|cela|elle|elles|il|ils|on|tout|la box|le wifi|internet|la tele|la connexion|le reseau|le telephone|le portable|la fibre|la ligne',
)
