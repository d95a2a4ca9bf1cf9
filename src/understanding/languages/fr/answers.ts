// Yes and no in French, for plain text (plain.ts). understanding/answers.ts says which pattern outweighs which.

import { anyOf } from '../../lexicon.ts'
import { between, broken, fails, it, not, runs } from './parts.ts'

/** Agreement, by itself. */
const agrees =
  "oui+|ouais?|ouaip|ouep|mouais|yes|yep|yeah|si si|mais si|ah si|bien sur(?! que)|bien entendu|bien evidemment|evidemment|exacte?s?|exactement|tout a fait|tout juste|absolument|parfaitement|precisement|certainement|effectivement|en effet|affirmatif|assurement|naturellement|forcement|volontiers|carrement|grave|clairement|sans (?:aucun )?doute|sans (?:probleme|souci|hesiter|hesitation)|c'est (?:un |mon )?oui|un grand oui|mille fois oui|ben tiens|et comment|je veux mon neveu|correcte?s?|conforme|bingo|bien vu|(?:avec )?(?:grand )?plaisir|avec (?:joie|grand bonheur)|cinq sur cinq|dans le mille|pile poil|on ne peut plus (?:juste|exact)|a (?:cent|100) (?:pour cent|%)|cent pour cent"
/** The caller's judgement of what was said or offered. */
const confirms =
  "c'est (?:bien |tout a fait |exactement |parfaitement |effectivement |absolument |vraiment |tres )*(?:ca|cela|exact|correct|juste|mon numero|le bon|la bonne|celui-la|celui la|celui-ci|moi|vrai|mon nom|conforme|le mien|note|le numero|ce que j'ai dit|mon (?:portable|fixe|mobile)(?= oui| merci|$))|c'est (?:tout )?bon|vous avez (?:bien |tout |parfaitement )*(?:raison|note|compris|entendu|bon|juste|le bon)|(?:bien|parfaitement) (?:note|compris|entendu|recu)|tout (?:est )?(?:bon|ok|juste|correct|exact|y est)|le bon numero|je (?:vous )?confirme(?! pas)|je valide|valide|je suis d'accord|(?:ca|cela) (?:me )?(?:semble|parait) (?:bien |tout a fait )?(?:bon|ok|correct|juste|ca|exact|bien)|(?:semble|parait) (?:bien )?(?:bon|marcher|fonctionner|ok|correct|juste)|(?:il )?(?:me )?semble(?: bien)?(?: que)? (?:oui|c'est ca)|(?:je )?(?:crois|pense|suppose|dirais|imagine)(?: bien)?(?: que)? (?:oui|c'est (?:bon|ca))|je (?:crois|pense) bien|(?:ca|cela) (?:en )?a (?:tout a fait |bien |tout )?l'air(?= oui|$)|on dirait(?! que non| pas)(?: bien)?|ca correspond|ca colle|(?:il|elle|le numero|ce) est (?:bien |tout a fait )?(?:bon|bonne|exacte?|correcte?|juste)|nickel chrome|je (?:le )?reconnais(?! pas| plus)"
/** Accepting an offer. */
const accepts =
  "je (?:le |la )?veux(?: bien)?(?! (?:un|une|parler|que|avoir|pas|rien|juste))|j'aimerais(?: bien)?|je prefererais(?! pas)|je prefere(?= (?:oui|etre rappele|qu'on|que vous)|$)|si (?:vous (?:voulez|pouvez|le souhaitez|y tenez)|c'est possible|possible|ca vous (?:arrange|derange pas|va))|(?:ca|ce) (?:serait|sera) (?:bien|parfait|super|gentil|sympa|top|mieux|avec plaisir|nickel|genial|formidable|le mieux|cool)|ca (?:me|nous) (?:va|convient|arrange|arrangerait|irait|plait|plairait|conviendrait)(?! pas| plus)|ca m'(?:arrange|arrangerait|irait|interesse)(?! pas| plus)|(?:ca|tout) (?:roule|joue|baigne|gaze|tourne)|ca (?:le fait|passe creme)|allez-y|allez y|allons-y|vas-y|faites(?: donc| le| comme ca| ca)?|on fait (?:comme )?ca|rappelez-(?:moi|nous)(?! la question| pas(?! (?:trop|avant|apres|tard)))|appelez-(?:moi|nous)|vous pouvez (?:me |m')(?:r)?appeler|s'il vous plait oui|j'accepte|d'accord pour|marche conclu|vendu|banco|tope la|pourquoi pas oui|je suis (?:preneu\\w+|partante?|interessee?)"
/** Praise that means that it works. */
const praises =
  'nickel|impeccable|impec|au top|formidable|excellent|merveilleux|magnifique|fantastique|miracle|chouette|extra|au poil|du tonnerre|comme sur des roulettes|a merveille|comme neuve?|comme avant|carre|trop (?:bien|cool|fort)|du feu de dieu|hourra|youpi|victoire|alleluia|genial|super(?! lent)'
const solved =
  "c'est (?:tout bon|en ordre|entendu|reparti|remis|ok|regle|repare|resolu|revenu|retabli|debloque|arrange|rentre dans l'ordre|bon|parfait|nickel|impeccable|super|genial|top|vert|passe au vert|beaucoup mieux|bien mieux|nettement mieux|largement mieux|le jour et la nuit)|resolu|retabli|(?:probleme|souci) (?:est )?(?:resolu|regle)|tout est (?:bon|ok|revenu|rentre dans l'ordre|reparti|en ordre|vert|au vert|nickel|parfait|regle|retabli)|ca (?:y est|l'a fait|a repris|s'est remis|s'est arrange|s'est debloque|s'est ameliore|est revenu|est reparti|est regle|vient de (?:revenir|repartir|se remettre)|va (?:beaucoup |nettement |bien |deja )?mieux|va maintenant|va bien|passe(?! pas| plus| mal))|l'air (?:de )?(?:marcher|fonctionner|bon|d'aller|mieux|d'etre bon|ok|d'etre revenu|revenu|reparti)|vous (?:etes|avez) (?:un genie|un as|assure|gagne|repare)|bien joue|j'ai (?:de nouveau |a nouveau |enfin |retrouve |recupere )(?:internet|du reseau|le reseau|la connexion|le wifi|ma connexion|une connexion|tout|la tele|mes chaines)?"
const works = `(?:ca|cela|tout|la) (?:bien )?(?:re)?(?:marche|fonctionne|capte)(?! ${between}${not}| moins)|ca (?:a|avait) (?:bien |enfin )?(?:re)?(?:marche|fonctionne|suffi|aide)(?! ${between}${not})|c'est revenu`

/** No, by itself. */
const denies =
  "non+|nan|nope|no|noon|nenni|niet|negatif|nullement|aucunement|en aucun cas|en rien|hors de question|pas question|rappelez(?:-moi)? pas(?! (?:trop|avant|apres|tard))|l'air de pas|semble pas|parait pas|loin de la|au contraire|tout le contraire|jamais(?: de la vie)?|du tout|pas l'ombre|pas le moindre|pas la moindre|tu parles|vous parlez|bof(?: bof)?|moyen(?! de)|moyennement|couci[- ]couca|ca m'etonnerait|j'en doute|je doute|c'est (?:un )?non|je (?:dirais|dis|crains|regrette) (?:bien )?(?:que )?non|mais non(?= |$)|je (?:crois|pense|dirais|suppose) que non|dirait que non|(?:on )?dirait pas|c'est mort|nada|walou|que dalle|dalle|des clous|tintin|peine perdue|echec|sans succes|en vain|peut mieux faire"
const notAtAll =
  "(?:absolument|surtout|certainement|vraiment|toujours|franchement|evidemment|carrement|meme|ben|bah) pas|(?<!sais )pas encore|pas (?:du tout|davantage|vraiment|tout a fait|exactement|forcement|d'accord|mieux|des masses|genial|d'amelioration|de changement|de difference|l'air|d'effet|top|fameux|terrible|tellement|specialement|particulierement|completement|fou|folichon|brillant|concluant|convaincue?|satisfaite?|interessee?|d'un (?:pouce|iota|poil)|le moins du monde|plus (?:qu'avant|que ca|que tout a l'heure)|pour (?:l'instant|le moment)|tout)|(?<!sais )pas trop(?! (?:tard|tot|longtemps|vite|loin))|plus interessee?|(?:pense|crois|prefere|prefererais|veux|voudrais|souhaite|desire|tiens|compte) pas|(?:donnez|prenez) pas (?:cette|la) peine|(?:embetez|derangez|fatiguez|inquietez) pas|pas (?:la peine|necessaire|besoin|utile|envie|l'impression)|inutile|(?:me|nous) (?:va|convient|plait|arrange) pas|m'(?:arrange|interesse) pas|aucun(?:e)? (?:changement|amelioration|difference|effet|resultat|signal|reseau|progres|evolution|envie|interet)"
const digits =
  '(?:[0-9]+|zero|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|septante|huitante|octante|nonante)'
/** The number that was read back is wrong. */
const wrong =
  "faux|fausse|errone|incorrect|inexact|n'importe quoi|correspond pas|colle pas|mal (?:compris|note|entendu|ecrit|saisi|retranscrit)|mauvais(?: numero| chiffre)|un mauvais|il manque|manque (?:un|le|deux|des|la)|(?:avez|a|as) (?:oublie|saute|rate|loupe|zappe|mange|ajoute|rajoute|inverse|interverti|melange|confondu)(?! bien)|en trop|de trop|(?:sauf|a part|excepte|hormis) (?:le (?:dernier|premier|deuxieme|troisieme|debut|milieu|chiffre)|la fin|les (?:deux|derniers|premiers))|en manque|loupe|rate|perdu|un (?:chiffre )?de moins|inverse[ers]*|interverti\\w*|a l'envers|l'inverse|dans le desordre|pas dans l'ordre|incomplet|(?:est|ai|y a) (?:une )?erreur|une erreur|erreur|ancien (?:numero|portable)|l'ancien|(?:c'est|c'etait|est) (?:un )?autre(?: numero| chose)?|c'est (?:pas|plus) (?:le|la|mon|ma|bon|bonne|valable|celui|ca)|(?:vous vous etes|vous etes|vous avez|tu t'es|vous vous) tromp(?:ee?|ez)|j'ai (?:pas|jamais) dit|c'est pas (?:ce que|comme ca)|(?:probleme|souci|truc|quelque chose) (?:avec|sur|dans|a) (?:le|les|la|un|deux) ?(?:[a-z]+ ){0,2}(?:chiffres?|numero|fin|debut|milieu)|rien a voir|vous y etes pas|vous etes (?:a cote|loin)|a cote de la plaque|(?:qui|quelque chose) (?:va|colle|correspond|cloche) ?(?:pas)?|reconnais pas|vous avez pas (?:bien )?(?:compris|entendu|note)"
const wrongJudged =
  "(?:c'est|c'etait|est|etait)(?: toujours| encore)? pas(?: (?:le|la|du|mon|ma|un|une|encore|vraiment|tres|trop|tout a fait|du tout))*(?: (?:bonn?e?|exacte?|correcte?|juste|ca|cela|vrai|bien|parfait|regle|resolu|nickel|super|celui-la|moi|top|genial|fini|repare|revenu|reparti|mieux))?(?: numero)?|(?<!sais |sais meme )pas (?:ca|cela|bons?|correct|juste|exact|le bon|la bonne|les bons|les bonnes|mon|ma|celui|moi|vrai|le mien|au bout|gagne)"
/** Nothing has changed, or it is worse. */
const same = `(?:c'est |toujours |encore |exactement |strictement |reste )*(?:pareil|idem|kif[- ]kif|la meme chose|le meme probleme|la meme|meme (?:probleme|souci|chose|topo|histoire|resultat|constat))|au meme point|comme avant c'est pas|(?:c'est |encore |bien )?pire|ca empire|de mal en pis|ca recommence|rebelote|encore rien|(?:y a |il y a )?rien (?:qui [a-z']+|de (?:mieux|neuf|nouveau|plus|special|different|change)|du tout|a faire)|y a (?:toujours |encore |plus |vraiment )*rien|n'arrange rien|arrange rien|(?:change|changent|donne|fait|resout|regle|ameliore|apporte) ${between}(?:rien|pas grand[- ]chose)|rien (?:a |n'a )?(?:change|bouge|donne|fait|marche|fonctionne|se passe|bouge|ne marche)|(?:ca|a|n'a) (?:a |toujours |absolument )*rien (?:change|donne|fait|arrange|resolu|ameliore)|toujours (?:pas|rien|${broken})|ca (?:veut|fait) (?:pas|rien|toujours rien)|(?:sert|servi|servira|servait) (?:a|strictement a) (?:rien|pas grand chose)|a peine (?:mieux|plus)|(?:j'ai|ai|on a) (?:toujours |encore )?(?:pas|rien)(?! (?:encore )?(?:entendu|compris|fini|saisi|essaye|teste|regarde|verifie|suivi|capte|eu le temps|note|recu|pu|trouve|vu|de quoi))|${it} ?(?:re)?(?:${runs}) ${between}${not}|(?:a|ont) (?:toujours |encore )?(?:pas|rien|jamais) (?:re)?(?:marche|fonctionne|change|servi|aide|suffi|resolu|tenu|bouge|pris|repris|regle|repare)|est (?:toujours |encore )?pas (?:regle|resolu|revenu|reparti|repare|retabli|mieux|fini|la peine)|ca (?:re)?coupe encore|il y a (?:pas|plus|rien|toujours pas|toujours rien|encore rien)`

export const frenchAnswers = {
  softYes: anyOf(
    "(?:pas|plus|jamais|aucun|sans|y a pas|ni) (?:de |d'|le moindre |un seul |aucun |eu de )?(?:problemes?|soucis?)(?! de)|pas d'(?:erreur|objection|inconvenient|obstacle)|aucune (?:erreur|objection|faute)|sans (?:erreur|faute)|pourquoi pas|pas faux|pas grave|pas mal(?! entendu| compris| note)|pas plus mal|pas de (?:mal|refus|doute|lezard|raison|quoi)|(?:je )?dis(?:ais)? pas non|(?:demande|demandais|demanderais) (?:pas )?mieux|pas mieux demander|demande (?:pas mieux|que ca)|pas trop mal|mange pas de pain|(?:derange|gene|ennuie) pas|fera? pas de mal|faire de mal|rien (?:a (?:redire|dire|changer|corriger|reprendre)|contre)|vois pas d'inconvenient|y a pas (?:photo|a dire)|vous (?:vous )?etes pas trompee?|pas le choix",
    // A fault that has stopped: "ça coupe plus", "plus aucune coupure".
    `(?<!(?:et|mais|des fois|encore) )${fails} (?:plus|pas)(?! (?:rien|de reseau|de connexion|mal))(?! (?:fort|vite|souvent|qu'avant|encore))|plus (?:aucune?|de|la moindre|une seule) (?:coupures?|lenteurs?|voyants? (?:rouges?|oranges?)|deconnexions?|messages? d'erreur|erreurs?|bugs?|croix|lumieres? (?:rouges?|oranges?))`,
  ),
  supposed: anyOf(
    // Denied by the clause before: "je crois pas que ça marche". That clause itself is still read.
    "(?<=(?:crois|pense|dirais|suis|dirait|faut|vois|trouve|impression|certitude|sure?|certaine?|convaincue?|a l'air|semble|parait) pas (?:vraiment |trop |tellement |du tout |sure? |certaine? )?|pas l'impression |pas dit |m'etonnerait |je doute |etonne |c'est pas parce )que .*?(?= mais|$)",
    "(?:(?<=sais pas |sais plus |sais pas trop |sais pas encore |(?:vois|voir|savoir|sais|verifie|verifier|regarde|regarder|teste|tester|demande|(?<!bien )sure?|certaine?|dis|dire|dirai|attends de voir|essaie de voir) ))(?:si|comment|ce que|pourquoi|que) (?:ca|c'est|c'etait|tout|la|le|il|elle|on|ils|j'ai).*?(?= (?:mais|et la|ah|attendez|par contre)|$)",
    "(?<=^(?:et |mais |alors |bon |ok |ben )*)(?:si|quand|des que|une fois que) (?:jamais )?(?:ca(?! vous)|c'est(?! (?:bon|possible|gratuit|ca))|c'etait|j'ai|la box|elle|il) .*?(?= (?:je|on|vous|oui|ouais|non|ok|d'accord|merci)(?![a-z])|$)|ca devrait [a-z]+|ca (?:aurait du|pourrait) [a-z]+|pour que ca [a-z]+|que ca (?:remarche|marche|fonctionne)(?<=(?:veux|voudrais|faut|faudrait|attends|esperant|espere|attendant) (?:juste )?que ca [a-z]+)",
  ),
  strongYes: anyOf(agrees, confirms, accepts, praises, solved, works),
  weakYes: anyOf(
    "d'accord|okay|ok|okey|oki|voila|parfait|entendu|tres bien|bon ben ok|c'est bien|ca va|ca marche|bien|merci beaucoup|top|juste|cool|tant mieux|c'est note|ca ira|je (?:crois|pense)(?= bien$|$)",
  ),
  no: anyOf(
    denies,
    notAtAll,
    wrong,
    `${digits} (?:et )?pas ${digits}|pas (?:[a-z]+-)?${digits} (?:mais|c'est)`,
    wrongJudged,
    same,
  ),
  finalNo: anyOf(
    'non merci(?!.*oui)|absolument pas|surtout pas|pas du tout merci|hors de question|pas question',
  ),
  unsure: anyOf(
    "sais (?:pas|plus)|aucune idee|peut-etre|comment|pardon|quoi|hein|ca depend|je me demande|(?:pas|plus) (?:bien |trop |tres |vraiment )?sure?|pas certaine?|plus ou moins|a moitie|repeter|repetez|entendez|entends pas|voyons voir|j'en sais rien|va savoir|difficile a dire|faut voir|a voir|on (?:va )?verra|j'hesite|(?<=^(?:c'est )?)possible$|(?:quel|quels) jours?|(?:a|vers|pour) quelle heure|c'est (?:payant|gratuit)|combien",
  ),
  torn: /(?:^|[^a-z])(?:oui et non|non et oui|ni oui ni non)(?![a-z])|^(?:(?:ah|ben|bah|oh|et) )*non+(?: non+)* (?:c'est bon|ok|d'accord|oui)$/g,
} as const

/** Declines an offer of a call, whatever polite words follow. */
export const frenchDeclines = new RegExp(
  [
    "^(?:ah |oh |bah |ben |mais |eh |bon |et )*(?:non|nan)(?![a-z])(?!.*(?<![a-z])(?:oui|mais si|d'accord|volontiers|rappele[sz]?)(?![a-z]))",
    "(?<![a-z0-9])(?!.*(?<![a-z])(?:oui|ouais|volontiers|avec plaisir)(?![a-z]))(?:je (?:prefere|prefererais|aime mieux) (?!etre|que|le|la|les|l'|ce|vous attendre)[a-z']+(?:er|ir|re)|je (?:vous )?rappelle(?:rai)?|je (?:vais|voudrais|peux) (?:vous )?(?:rappeler|re-appeler|attendre|rester en ligne|patienter|passer|me debrouiller|m'en (?:occuper|sortir)|voir (?:ca )?(?:moi|avec|avec mon)|m'arranger|gerer|regarder moi)|(?:moi-meme|moi meme)|sans facon|(?:pas|plus) besoin|(?:je (?:me debrouille|me debrouillerai|m'arrangerai|m'en occupe(?:rai)?|me passerai|passerai|verrai|gere|vais gerer|repasserai|vous rappelle|reessaierai|reessayerai))|(?<!oui |ouais |ok )(?:ca|ca va) (?:ira|aller)(?! pour)|c'est (?:bien )?gentil|laissez(?: tomber| faire)?(?! un message)|tant pis|une autre fois|pas (?:la peine|besoin|necessaire|interesse)|me rappelez pas|(?:pas )?(?:disponible|dispo|joignable)(?<=pas .*))(?![a-z0-9])",
  ].join('|'),
  'g',
)
/** Accepts an offer of a call by saying when or where. */
export const frenchAccepts = anyOf(
  "(?<!pas )je (?:suis|serai|reste) (?:disponible|dispo|joignable|libre|la|chez moi|a la maison)|(?<!pas )(?:quand|comme|des que|a l'heure que|ou) vous (?:voulez|pouvez|pourrez|voudrez)|(?:des|aussitot) que (?:c'est )?possible|le plus (?:vite|tot|rapidement) (?:possible)?|au plus (?:vite|tot)|n'importe (?:quand|quelle heure)|j'(?:attends|attendrai) (?:votre|l'|son|un) ?(?:appel|coup de fil)|je (?:compte|conte) sur vous|(?<!pas )(?:plutot |de preference |vers |a partir de |apres |avant |entre )(?:demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|le (?:matin|soir|midi)|l'apres-midi|midi|(?!quelle)[a-z0-9]+ heures?|[0-9]+ ?h)|^(?:plutot )?(?:demain|ce soir|cet apres-midi|lundi|mardi|mercredi|jeudi|vendredi|samedi|le matin|le soir|l'apres-midi)(?: (?:matin|soir|apres-midi|si possible|alors|plutot|s'il vous plait|merci|dans|en|la|l'apres-midi|debut|fin|de|matinee|soiree|journee|vers|a|apres|avant|[0-9]+ ?h?|[a-z]+ heures?|prochaine?|midi))*$|sur (?:mon|le) (?:portable|mobile|fixe|numero)",
)
