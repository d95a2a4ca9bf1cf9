// What a French caller's problem is about, and what is broken, for plain text (plain.ts). understanding/topics.ts weighs
// the words.

import { anyOf } from '../../lexicon.ts'
import { between, fails } from './parts.ts'

const internetThing =
  '(?:internet|box|livebox|freebox|bbox|fibre|wifi|adsl|television|tele|decodeur|fixe|routeur|modem|connexion)'
const mobileThing = '(?:mobile|portable|smartphone|iphone|forfait|carte sim|sim|telephone portable)'
/** Calling as the thing that fails, not as what the caller is doing now ("j'appelle pour un souci"). */
const calls =
  "(?:quand|lorsque|des que|chaque fois que|fois que|si) (?:j'|je l'|je les |on m'|on |je |ma \\w+ m'|les gens m'|quelqu'un m'|il m'|elle m')appell?e(?:nt)?|on m'appelle|(?:m')?appellent? (?:pas|plus)(?! pour)"
const soundOfCall =
  "(?:m'entend|entend|entendent|entends) (?:pas|plus|rien|mal|a peine|jamais)|(?:personne|on|les gens|il|elle|ils) m'entend(?:ent)?|entends (?:pas|plus|rien) (?:les gens|mes|mon|la personne|quand|ma)|m'entend|sonne(?:nt)?|sonnerie|coupe en pleine|raccroche (?:tout seul|au bout)|decrocher|micro|haut-parleur|communications?|conversations?|coups? de fil"

export const frenchTopics = {
  topics: {
    internet: [
      [anyOf('internet'), 2],
      [anyOf('box|livebox|freebox|bbox|sfr box|boxs'), 3],
      [anyOf('fibre|adsl|vdsl|fibre optique'), 3],
      [anyOf('(?<!sans )wifi|mesh'), 3.5],
      [anyOf('modem|routeur|repeteur|boitier ont|ethernet|rj45|cle wifi'), 3],
      [anyOf('teles?|televisions?|televiseur|decodeur|chaines?|replay|la tnt|poste de tele|boitier tele'), 3],
      [
        anyOf(
          'fixe|telephone de (?:la )?maison|tonalite|playstation|la play|ps[45]|xbox|switch|console|teletravail|visio\\w*|zoom|teams',
        ),
        3,
      ],
      [
        anyOf(
          'connexion|connection|debit|ordinateurs?|ordi|pc|mac|tablette|imprimante|netflix|youtube|streaming|film|web|navigu\\w+|surfer|mails?|site|jouer en ligne|jeux? en ligne|jeux video|ping',
        ),
        1.5,
      ],
      [anyOf('prise|voyants?|a la maison|chez moi|alexa|camera'), 1.3],
    ],
    mobile: [
      [anyOf('mobiles?'), 3],
      [anyOf('(?<!ordinateur |ordi |pc )portables?(?! informatique)'), 3],
      [
        anyOf(
          'smartphones?|iphones?|android|samsung|galaxy|gsm|natel|xiaomi|huawei|redmi|oppo|pixel|cellulaire|nokia|motorola|fairphone',
        ),
        3,
      ],
      [anyOf('e-?sim|sim|carte sim|puk|code pin|puce'), 4],
      [anyOf('portabilite'), 3],
      [anyOf('forfait|(?:aucun|pas de) service|whatsapp|hotspot|snap\\w*|tiktok|instagram'), 2.5],
      [
        anyOf(
          'reseau(?! (?:wifi|internet|local|social|de la box))|capte[rz]?(?! (?:pas |plus |mal |rien |toujours |bien )*(?:le |du |de |mon )?wifi)|antennes?|barres?(?! (?:de |du )?wifi)|signal',
        ),
        2,
      ],
      [anyOf("sms|mms|textos?|messages?(?! d'erreur)|messagerie(?! mail)|repondeur"), 3],
      [anyOf('[345] ?g|(?:trois|quatre|cinq) ?g|edge'), 3],
      [anyOf('(?<!je |vous |je vous )telephones?(?! fixe| de (?:la )?maison)|tel|phone'), 1.2],
      [
        anyOf(
          `appels?|(?<!vous )(?:appeler|telephoner|joindre)|${calls}|les gens m'entendent|m'entend(?:ent)? (?:pas|plus|mal)`,
        ),
        1.2,
      ],
      [anyOf("roaming|itinerance|(?:a|de) l'etranger"), 2.5],
      [anyOf('donnees(?: mobiles)?|data|partage de connexion|gigas?|gigaoctets|go'), 2],
      [anyOf('mode avion'), 2],
    ],
  },
  notAbout: anyOf(
    '(?:marche|fonctionne|va|passe|capte) (?:que |bien |tres bien |seulement |uniquement )*(?:en|avec le|sur le) wifi',
    "(?:recu|recois|eu) (?:un |une |des |votre |vos |ce |plusieurs )*(?:sms|messages?|mails?|courriers?|appels?)(?= (?:comme quoi|disant|qui|me |de votre|de vous|pour|m'|de la part))|bouton (?:reseau|wifi)",
    "numeros? de (?:telephone|tel|portable|mobile|fixe)|(?:prendre|repondre a|de|pour|premier|deuxieme|troisieme|quatrieme|enieme) (?:mon |cet |l'|un )?appel(?= (?:pour|au|concernant|merci|est|chez|de ma part|c'est|et|aujourd'hui|ce)|$)|(?:me permets de|voulais|dois|obligee? de|viens de|essaie de|essaye de|suis) (?:vous |r)appeler|au telephone|(?:coup de|par) (?:telephone|fil)|(?:appelle|parle|suis|telephone) (?:la )?(?:avec|depuis|de|sur) (?:le |mon |un |celui de |le telephone de |le portable de )*(?:mobile|portable|telephone|fixe)(?= (?:parce|car|pour|puisque|vu|la |et la box|mais la box|de (?:ma|mon|la)))",
    `(?:c'est pas|non pas|(?<=^|(?:non|mais|et|ou|enfin|internet|box|fibre|mobile|portable|telephone|maison) )pas) (?:pour |de |sur |avec )?(?:le |la |l'|mon |ma |les |mes )?(?:problemes? (?:de |d'))?(?:telephone )?(?:${internetThing}|${mobileThing})(?= (?:c'est|mais|plutot|non|pour|et|que|le|la|l'|mon|ma)|$)|(?:mon |le |la |ma |l'|par contre |j'ai )*(?:${internetThing}|${mobileThing}) (?:ca |lui |elle |il )?(?:marche|fonctionne|va|est)(?: tres)? (?:bien|nickel|parfaitement|normalement|ok|impeccable)`,
    `pas (?:internet|le mobile|le portable|la box|le wifi)(?= (?:non|le|la|mais|plutot|l'|c'est|internet|mobile))|rien a voir avec (?:le |la |l'|mon |ma )?(?:${internetThing}|${mobileThing})|(?:${internetThing}|${mobileThing}) non(?= )`,
  ),
  mobileData: anyOf(
    "(?:internet|connexion|debit|donnees|youtube|netflix|mails?|applis?|applications?|web|site).*(?:(?<!pas )(?:sur|avec|depuis|dans) (?:le |mon |ma |son |mes |l'|un |leur )?|(?:de mon |du |de ma |de son |de l'))(?:telephone|portable|mobile|smartphone|iphone|carte sim|samsung|android)(?! fixe)|(?:telephone|portable|smartphone|iphone|mobile).*(?:pas|plus|de|sur|acces a) (?:d'|de |l')?internet|internet mobile",
  ),
  landline: anyOf(
    'tonalite|telephone fixe|ligne fixe|fixe|telephone de la maison|telephone de maison|ligne de la maison',
  ),
  numberKind: anyOf(
    "(?:telephone )?(?:portable|mobile|fixe|telephone)(?: (?:portable|mobile|fixe|perso|personnel|pro|professionnel))?(?! (?:ne |n'|qui |est (?!le |au |c'est |zero )|marche|fonctionne|capte|a |plus|pas|bug|rame))",
  ),
  both: anyOf(
    "les deux(?! (?:jours|fois|minutes|heures|mois|ans))|l'un et l'autre|tous les deux|toutes les deux|internet et (?:le |mon )?(?:mobile|portable)|(?:mobile|portable) et (?:l')?internet|ni l'un ni l'autre|ni internet ni (?:le |mon |de )?(?:mobile|portable|telephone(?! fixe| de la maison))",
  ),
  symptoms: {
    internet: [
      [
        'tv_landline',
        anyOf(
          'teles?|televisions?|televiseur|decodeur|chaines?|fixe|image|ecran noir|pixel\\w*|telephone de (?:la )?maison|tonalite|replay|ligne de la maison|tf1|canal|le son',
        ),
      ],
      ['wifi', anyOf('wifi|sans fil|repeteur|mesh|cle de securite|mot de passe de la box')],
      [
        'slow',
        anyOf(
          "lente?s?|lenteurs?|lentement|ralenti\\w*|rame|rament|ramer|debit|met (?:du|un|trois|dix|des|mille|une)? ?(?:temps|plombes|heures|ans|eternite|siecles|[a-z]+ minutes|[a-z]+ heures)|mettent? (?:des|trois|dix) (?:heures|plombes)|longu?e?(?: a charger)?|faible|pas (?:tres |assez |bien )?(?:rapide|vite)|saccade\\w*|lag\\w*|b(?:u|eu)g\\w*|buffer\\w*|a deux a l'heure|traine|dans le vide|tourne en rond|mouline|patine|instable|limace|escargot|tortue|une eternite|trois plombes|des plombes|charge(?:nt)? (?:pas vite|lentement|mal)|ping|fluide|vitesse|megas?|tourne en boucle",
        ),
      ],
      [
        'no_connection',
        anyOf(
          "(?:plus|pas|aucune?|ni|zero|sans) (?:de |d'|du tout |acces a |acces |la |l'|le |du tout d')?(?:internet|connexion|connection|fibre|reseau|signal|adsl|acces|tout|lumiere|voyant|courant)|coupe|coupee?s?|(?:micro-?)?coupures?|couper|(?:marche|fonctionne|demarre|s'allume|repond|se connecte|connecte|synchronise|passe|va) (?:toujours |encore |vraiment |meme |du tout )*(?:plus|pas|mal)|voyants?|rouges?|orange|clignot\\w+|en (?:panne|rade|carafe|croix)|panne|deconnect\\w+|se coupe|tombe en panne|tombee? en|redemarre (?:tout le temps|sans arret|toute seule|en boucle)|s'eteint|eteinte?|hors (?:service|ligne)|plus rien|rien (?:du tout|marche|fonctionne|qui (?:marche|fonctionne))|saute|sauter|decroche|morte?|hs|h s|ko|foutue?|fichue?|grillee?|cramee?|cassee?|plantee?|bloquee?|nada|que dalle|va et (?:ca )?vient|(?:aller|allers) et retour|par intermittence|par moments?|une fois sur deux|foudre|orage|disjoncte|arrache\\w*|sectionne\\w*|rendu l'ame|m'a lachee?|fait le mort|synchronise|pete[es]*|en vrac|impossible (?:de|d')|arrive (?:pas|plus) (?:a |du tout a )(?:me connecter|se connecter|aller sur|avoir|acceder|surfer|naviguer|ouvrir)|(?:ca|il|elle) (?:marche|fonctionne) (?:mal|plus|pas)",
        ),
      ],
    ],
    mobile: [
      ['sim', anyOf('e-?sim|sim|puk|(?:code )?pin|puce|carte(?! bancaire)|un code|le code|deverrouiller')],
      [
        'calls',
        anyOf(
          `appels?(?! d'urgence)|(?<!vous )(?:appeler|telephoner|joindre)|joignable|injoignable|${calls}|${soundOfCall}|sms|mms|textos?|messages?|messagerie|repondeur|envoyer`,
        ),
      ],
      [
        'no_data',
        anyOf(
          'internet|donnees(?: mobiles)?|data|[345] ?g|(?:trois|quatre|cinq) ?g|edge|connexion|naviguer|surfer|pages?|applications?|applis?|partage|debit|lente?s?|rame|whatsapp|youtube|mails?|lenteurs?|gps|facebook|instagram|gigas?|sites?|web',
        ),
      ],
      [
        'no_network',
        anyOf(
          `reseau|(?:aucun|pas de|plus de|hors|sans) service|capte[rz]?|captent|signal|antennes?|barres?|appels d'urgence|urgence|roaming|itinerance|etranger|(?:marche|fonctionne|s'allume|repond|passe|accroche|demarre) ${between}(?:plus|pas|mal)|en panne|panne|coupee?|coupure|plus rien|rien (?:marche|fonctionne|passe)|bloquee?|suspendue?|hs|h s|morte?|zone blanche|(?:plus|pas) de ligne|mode sos|(?<!je )${fails}(?! plus)`,
        ),
      ],
    ],
  },
} as const
