// French as callers speak it on the telephone: without its "ne", cut short, and as recognisers write it.

import { frenchAsides } from './french-asides.ts'
import { anyOf, type Lexicon } from './lexicon.ts'

const neg = '(?:pas|plus|jamais|toujours pas|pas du tout|plus du tout|pas encore|meme pas|vraiment pas|rien)'
const runs = '(?:marche|marchent|fonctionne|fonctionnent|va|remarche|refonctionne|repart|capte)'
const it = "(?:ca|cela|ca ne|ca n'|cela ne|elle ne|il ne|ils ne|elles ne|elle|il|on ne|c'est|ce n'est)"
const people =
  "(?:conseill(?:er|ere|ers|eres)|chef|standard|accueil|un gars|une dame|vrais? gens|du monde|humains?|humaine|technicien(?:ne)?s?|quelqu'un|(?:vraie|veritable|autre) personne|une personne|operateurs?|operatrices?|agent|responsable|employee?|standardiste|vrai humain|etre humain|service client|collegue|vendeur|interlocuteur|superieur|assistant humain)"
const internetThing =
  '(?:internet|box|livebox|freebox|bbox|fibre|wi-?fi|adsl|television|tele|decodeur|fixe|routeur|modem|connexion)'
/** Calling as what fails, not as what the caller is doing: "j'appelle pour un souci". */
const calls =
  "(?:quand|lorsque|si|des que|chaque fois que|fois que) (?:j'|je l'|on m'|on |je |ma \\w+ m')appelle|on m'appelle|appelle (?:pas|plus)(?! pour)"
const mobileThing = '(?:mobile|portable|smartphone|iphone|forfait|carte sim|sim|telephone portable)'

export const french: Lexicon = {
  softYes: anyOf(
    "pas de (?:problemes?|soucis?)|(?:aucun|sans|y a pas de|il n'y a pas de) (?:probleme|souci)",
    "pourquoi pas|pas faux|c'est pas grave|ce n'est pas grave|pas mal|pas de mal|pas de refus|je ne dis pas non|je dis pas non|c'est pas de refus|ce n'est pas de refus|y a pas de mal|pas trop mal|pas mieux demander|je ne demande pas mieux|je demande pas mieux",
  ),
  strongYes: anyOf(
    "(?:ca|cela) (?:en )?a (?:tout a fait |bien |tout )?l'air(?= oui|$)|au top|formidable|excellent|bingo|tout (?:est )?(?:bon|ok)|c'est (?:tout bon|en ordre|entendu|reparti|remis)|l'air (?:de )?(?:marcher|fonctionner|bon|d'aller|mieux|d'etre bon|ok)|on dirait(?! que non| pas)(?: bien)?|(?:semble|parait) (?:bien )?(?:bon|marcher|fonctionner|ok|correct|juste)|si vous (?:voulez|pouvez|le souhaitez|y tenez)|(?:ca|ce) serait (?:bien|parfait|super|gentil|sympa|top)|ca (?:l'a fait|a repris|s'est remis|s'est arrange|joue|baigne)|rappelez-moi(?! la question)|bien vu|sans doute|oui+|ouais?|ouaip|ouep|oue|mouais|yes|yep|si si|mais si|exact|exactement|tout a fait|absolument|bien sur|bien entendu|bien evidemment|c'est (?:bien |tout a fait )?(?:ca|cela|exact|correct|juste|mon numero|le bon|celui-la|moi|vrai|mon nom)|c'est (?:tout )?bon|c'est (?:ok|regle|repare|resolu|revenu|reparti|parfait|nickel|impeccable|super|genial|top)|correct|volontiers|affirmatif|effectivement|en effet|je (?:le )?veux(?: bien)?|j'aimerais(?: bien)?|je prefererais|je crois bien|certainement|evidemment|carrement|grave|avec plaisir|nickel|impeccable|impec|resolu|nickel chrome",
    `(?:ca|cela|la ca|maintenant ca|tout) (?:re)?(?:marche|fonctionne)(?! (?:${neg}))|ca (?:y est|remarche|refonctionne|va mieux|va maintenant|a marche|a fonctionne|me va|me convient|roule|refonctionne)|c'est revenu|tout est (?:bon|ok|revenu|rentre dans l'ordre)|j'ai (?:de nouveau |a nouveau |retrouve |recupere )(?:internet|du reseau|le reseau|la connexion|le wi-?fi|ma connexion|une connexion)?|(?:probleme|souci) (?:est )?(?:resolu|regle)|plus de (?:probleme|souci)|plus aucun (?:probleme|souci)|le bon numero|vous avez raison|je confirme|je suis d'accord|s'il vous plait oui|allez-y|allez y|faites|faites donc|je pense bien|ben tiens|comme sur des roulettes|a merveille`,
  ),
  weakYes: anyOf(
    "d'accord|okay|ok|okey|oki|voila|parfait|entendu|tres bien|super|genial|bon ben ok|c'est bien|ca va|ca marche|bien|merci beaucoup|top|juste",
  ),
  no: anyOf(
    "(?:c'est|ce n'est) plus (?:le|la|mon|ma|bon|bonne|valable|celui|ca)|(?:c'est|ce n'est|n'est) pas(?: (?:le|la|du|mon|ma|un|une|encore|vraiment|tres|trop|tout a fait))*(?: (?:bonn?e?|exacte?|correcte?|juste|ca|cela|vrai|bien|parfait|regle|resolu|nickel|super|celui-la|moi))?(?: numero)?|pas (?:mieux|des masses|genial|d'amelioration|de changement|de difference|l'air|d'effet|top)|(?:y a |il y a )?rien (?:qui [a-z]+|de (?:mieux|neuf|nouveau))|y a rien|n'arrange rien|meme (?:probleme|souci|chose)|ca recommence|encore rien|(?:on )?dirait pas|dirait que non|bof|moyen|moyennement|je doute|du tout|c'est mort|nullement|en aucun cas|errone|incorrect|inexact|correspond pas|mal (?:compris|note|entendu)|mauvais numero|il manque|manque un|en trop|inverse[ers]*|incomplet|(?:est|ai|y a) (?:une )?erreur|une erreur|ancien numero|ca (?:ne )?veut (?:pas|rien)|ca ne donne rien|il n'y a (?:pas|plus|rien)|(?:j'ai|n'ai) (?:toujours |encore )?(?:pas|rien)(?! (?:encore )?(?:entendu|compris|fini|saisi|essaye|teste|regarde|verifie))|sert a rien|ca empire|non+|nan|nope|no|negatif|pas du tout|absolument pas|surtout pas|certainement pas|vraiment pas|pas vraiment|pas tout a fait|pas exactement|pas forcement|pas d'accord|(?<!sais )pas (?:ca|cela|bon|correct|juste|exact|le bon|la bonne|mon|ma|celui|moi|vrai|encore|tellement|terrible)|(?<!sais )pas trop(?! (?:tard|tot|longtemps|vite|loin))|me (?:va|convient) pas|(?:ne )?(?:pense|crois|prefere|prefererais|veux|voudrais|souhaite|desire) pas|(?:pas|plus) interesse|faux|c'est une erreur|aucunement|jamais de la vie|jamais|toujours pas|(?:vous vous etes|vous etes|vous avez|tu t'es) trompee?|(?:que )?dalle|pas (?:la peine|necessaire|besoin)|inutile|aucun(?:e)? (?:changement|amelioration|difference|effet|resultat|signal)",
    `${it} ?(?:re)?${runs} ${neg}|${it} (?:re)?${runs} (?:toujours|encore) (?:pas|plus)|(?:rien|ca|cela)(?: ne| n')? ?(?:a |n'a )?(?:change|changer)(?: rien)?|(?:ca n'a|ca a|ca|n'a) rien (?:change|donne|fait)|rien n'a change|rien a change|toujours (?:pareil|rien|la meme chose|le meme probleme|en panne|coupe|rouge|en rouge|aussi lent)|(?:c'est )?(?:pareil|la meme chose|idem|kif kif)|rien du tout|rien ne (?:marche|fonctionne|change)|rien (?:marche|fonctionne)|ca (?:a pas|n'a pas) (?:marche|fonctionne|change)|ca (?:a|n'a) (?:toujours|encore) pas (?:marche|fonctionne)|(?:c'est|ce n'est) (?:toujours )?pas (?:mieux|regle|repare|resolu|revenu|fini|la peine|reparti)|n'est pas (?:regle|resolu|revenu|reparti|repare)|ca (?:re)?coupe encore|sans succes|c'est pire|encore pire|en vain|echec|peut mieux faire`,
  ),
  finalNo: anyOf('non merci(?!.*oui)|absolument pas|surtout pas|pas du tout merci'),
  declines:
    /^(?:euh |ah |oh |bah |ben )*(?:non|nan)(?![a-z])(?!.*(?:oui|mais si|d'accord|volontiers|rappele))|(?<![a-z0-9])(?:je (?:prefere|vais|voudrais) (?:vous )?rappeler|moi-meme)(?![a-z0-9])/g,
  unsure: anyOf(
    'sais (?:pas|plus)|aucune idee|peut-etre|peut etre|comment|pardon|quoi|hein|ca depend|je me demande|pas sure?|pas certaine?|plus ou moins|a moitie|repeter|repetez|entendez|entends pas|voyons voir',
  ),
  works: anyOf(
    `(?<!rien |rien qui |rien ne |ne |n'|re)(?:re)?(?:marche|marchent|fonctionne|fonctionnent|capte)(?! (?:toujours |encore )?(?:pas|plus|mal|rien|jamais))|(?:voyant|lumiere)s? (?:est |sont |tous |toutes |bien |(?:re)?passee?s? |au )*(?:vert|verte|verts|allumes?|fixes?)|c'est revenu|est revenue?|j'ai (?:internet|du reseau|le reseau|du wi-?fi|le wi-?fi)|je (?:capte|recois|peux appeler)(?! (?:pas|plus|toujours|rien))|ca charge|ca se charge`,
  ),
  torn: /^(?:(?:euh|ah|ben|bah|oh) )*non+(?: non+)* (?:c'est bon|ok|d'accord|oui)$/g,
  butNot: anyOf(
    "(?:marche|fonctionne|capte|tenu|revenue?|dure) (?:pendant |que |a peine )?(?:une|deux|trois|quelques|cinq|dix|un|trente) (?:petites? )?(?:secondes?|minutes?|instants?|moment)|(?:puis|et|mais|apres) (?:c'est|ca|ca s'est|elle s'est|il s'est|elle|il|plus rien)(?: est| s'est| a)? ?(?:reparti|recoupe|retombe|arrete|coupe|eteinte?|replante|tombee?)|et (?:pouf|paf|hop) (?:plus|ca)|et (?:pouf|plus rien)|(?:mais|sauf|par contre|cependant|seulement)(?: [a-z'-]+){0,4}? (?:(?<!(?:coupe|rame|saute|clignote|plante|bugue|lag|sais|comprends|crois|pense|suis|vois|est) )(?:pas|plus)(?! de (?:probleme|souci)| grave)|lente?s?|lentement|(?:rame|coupe|saute|clignote|plante)(?! plus| pas)|mal|faible|rien)|sauf (?:la|le|l'|les|mon|ma|mes)",
  ),
  worksNot: anyOf(
    `(?:re)?(?:marche|marchent|fonctionne|fonctionnent|capte|capter|recois|connecte|charge|demarre|s'allume|allume) (?:toujours |encore |meme |vraiment |carrement )*(?:pas|plus|mal|rien|jamais)|(?:toujours|encore) (?:le|la|un|une|des|ce|cette|mon|ma) (?:voyant|lumiere|probleme|souci|coupures?|croix|message|erreur|meme)|(?:re)?(?:coupe|tombe|plante)e?s?(?= |$)(?! plus| pas)|recommence|s'est (?:re)?arrete|(?:ne |n')(?!ai |coupe|clignote|rame|saute|plante|sais|suis|comprends|entends|trouve|regarde|dis|peux)[a-z]+ (?:toujours |encore |meme )?(?:pas|plus)(?! de (?:probleme|souci))|(?:toujours|encore) (?:en panne|coupee?s?|lente?s?|bloquee?s?|eteinte?s?|rien|pas|plus)|(?:j'ai|ai|a) (?:toujours|encore) (?:pas|plus|rien)|n'ai (?:toujours|encore) (?:pas|plus|rien)|clignot(?:e|ent|ant)(?! pas| plus)|hors service|aucun reseau|plus rien|pas (?:de|d')? ?(?:reseau|internet|connexion|wi-?fi|signal)|(?<!(?:plus|pas|aucune?|ni)(?: de| en| du tout| le| au)?(?: voyants?| lumieres?)? )rouges?(?! (?:a disparu|s'est eteint|n'est plus|est parti|est eteint|c'est fini))|(?:voyants?|lumieres?|led|est|sont|restent?|clignotent?|toujours|encore) (?:est |sont |restent? |passee?s? |toujours |encore |allumees? |en |au |a l'|de couleur )*oranges?`,
  ),
  human: {
    noun: anyOf(people),
    wish: anyOf(
      "(?:je )?(?:voudrais|veux|souhaite|souhaiterais|aimerais|prefere|prefererais|desire|exige|demande|peux|pourrais|puis-je|pouvez|pourriez|peut|faudrait|faut|besoin|parler|parle|avoir|joindre|passez|passe|passer|transferez|transferer|transfere|mettez|mettre|donnez|appelez|contacter|discuter|s'il vous plait|svp|s'il te plait|plutot|y a-t-il|est-ce qu'il y a|envoyez|connectez|basculez|dirigez|rappeler|en relation|tout de suite|maintenant|vite)",
    ),
    refused: anyOf(
      `pas (?:la peine|besoin|necessaire|envie) (?:de |d'|que vous )?(?:me |nous )?(?:passer|passiez|transferer|mettre|envoyer|avoir|parler a|parler avec) (?:en relation avec |a )?(?:un |une |le |la )?${people}`,
      `(?:ne )?(?:veux|voudrais|souhaite|desire|faut|souhaiterais) pas (?:(?:de |d'|du |parler (?:a|avec) |avoir |etre |joindre |passer |que |vous ))*(?:un |une |le |la |au |l'|mis avec |transfere a )*${people}`,
      `pas (?:de|d'|un|une|besoin d'|besoin de|besoin d'un|besoin d'une|la peine de passer) ?(?:un |une )?${people}|sans (?:passer par |parler a )?(?:un |une )?${people}|surtout pas (?:d'|de |un |une )?${people}|pas me passer (?:un |une |de )?${people}`,
    ),
    notWish: anyOf(
      `${people} (?:est|etait|sont|m'a|m'ont|a |ont|doit|devait|vient|venu|passe|n'est|devrait|avait|va )|(?:j'ai (?:deja )?(?:eu|vu|parle|appele|attendu)|(?:vu|eu|appele|parle (?:a|avec|au)|attends|attendais|chez) (?:un |une |le |la |votre |vos )?)(?:un |une |le |votre )?${people}|rendez-vous|il y a quelqu'un|y a quelqu'un|quelqu'un (?:m'a|a |peut venir|va venir|vient|est|d'autre|m'entend|chez)|(?:une )?personne (?:chez|a la maison|ne)`,
    ),
    always: anyOf(
      "(?:i )?(?:want|need|would like|speak|talk|get|give|connect)(?: [a-z]+){0,4} (?:human|agent|operator|person|someone|advisor|adviser|representative|technician)|(?:a |real )?(?:human(?: being)?|representative)(?: please)?|(?:speak|in|don't understand|no) (?:english|french)|english please",
      "(?:parler|parle|discuter|causer|repondre|affaire) (?:a|avec) (?:un |une |cette |des |ce )?(?:robot|machine|ordinateur|repondeur|automate)s?.*(?:marre|assez|veux pas|refuse)|(?:marre|assez|veux pas|refuse|deteste|pas envie).*(?:robots?|machines?|ordinateurs?|repondeurs?|automates?)|quelqu'un (?:de )?(?:reel|vrai|humain|competent|en vrai)|(?:de )?vive voix|service (?:technique|apres-vente|commercial|facturation|resiliation)(?= s'il)|parler a quelqu'un|parler avec quelqu'un",
    ),
  },
  goodbye: anyOf(
    "a plus tard|allez salut|(?:ce sera|c'est|ca sera) tout merci|(?:plus )?besoin de rien|merci ce sera tout|ce sera tout|je vous souhaite|au revoir|aurevoir|a bientot|bonne (?:journee|soiree|fin de journee|nuit|continuation|apres-midi)|bon (?:apres-midi|week-end)|adieu|ciao|tchao|bye|bye bye|je (?:vais )?raccrocher?|je vous laisse|je (?:vous )?(?:rappellerai|(?:rappell?e|rapellerai)(?= plus tard| demain| dans| tout a l'heure| ce soir| apres| lundi| merci|$))(?! mon| le num)|laissez tomber|laisse tomber|a la prochaine|bonsoir et merci|merci (?:et )?salut|je dois (?:y aller|partir|vous laisser|raccrocher)|tant pis merci",
  ),
  notGoodbye: anyOf(
    "(?:ne )?(?:raccrochez|raccroche|quittez) pas|vous me rappelez|avant de raccrocher|quand je raccroche|j'ai raccroche",
  ),
  repeat: anyOf(
    "entends (?:plus )?rien(?! dans)|qu'avez-vous dit|plus doucement|parlez plus fort|ca a coupe|vous avez coupe|vous recois mal|de nouveau s'il|redonnez|vous ai pas (?:bien )?entendu|repetez|repeter|repete|redites|redire|redis|repetition|re-?dites|(?:encore|une derniere) (?:une )?fois|vous disiez|vous avez dit(?: quoi)?|(?:j'ai |je n'ai )?(?:pas|rien) (?:bien |tout )?entendu|(?:je )?(?:n'|ne )?(?:vous )?entends (?:pas|mal|tres mal)|plus (?:fort|lentement)|moins vite|(?:j'ai )?pas (?:tout )?suivi|qu'est-ce que vous (?:avez dit|dites)|repetez-moi|rappelez-moi la question|la question",
  ),
  repeatAlone:
    /^(?:euh |ah |oui |allo )?(?:pardon|comment|comment ca|hein|quoi|plait-il|excusez-moi|je vous demande pardon|pardon comment|s'il vous plait)$/g,
  wait: anyOf(
    "(?:en train|minute papillon|restez en ligne|donnez-moi|accordez-moi|pas a cote|prend du temps|ca mouline|je (?:me deplace|m'approche|descends|monte|m'en occupe|prends|retourne)|le temps que|un petit peu de temps|un tout petit)|attendez|attends|attendre|patientez|patience|(?:une|deux|trois|quelques|cinq|dix|trente) (?:petites? )?(?:secondes?|minutes?|instants?)|un (?:petit )?(?:instant|moment)|(?:une )?minute|(?:une )?seconde|bougez pas|quittez pas|ne quittez pas|(?<!que |quoi |comment |ou )je (?:vais|dois) (?:voir|chercher|regarder|verifier|essayer|me lever|y aller|descendre|monter|faire)|je (?:cherche|regarde|verifie|reviens|descends|monte|vais)(?! (?:pas|bien))|laissez-moi|laisse-moi|le temps (?:de|que)|deux secondes|je suis en train|c'est en cours|ca (?:redemarre|s'allume|charge|demarre|se rallume)|pas encore|pas fini|presque|j'y vais|j'arrive|minute|(?:faut|il faut) que (?:je |j')(?:aille|trouve|cherche|descende|monte|regarde|me |bouge|prenne|pousse)|se (?:rallume|relance|reconnecte|reinitialise)(?! pas| plus)",
  ),
  notWait: anyOf(
    "j'attends|j'ai attendu|(?:depuis|pendant|il y a|ca fait|dure|toutes les|tous les|apres|au bout de|en) (?:plus de |environ |bientot )?(?:une|deux|trois|quelques|cinq|dix|trente|vingt|quinze) (?:minutes?|secondes?|instants?)|marre d'attendre|(?:sans|assez|sais pas|faut) attendre|combien de temps|je vais (?:bien|mal|pas|etre)|dix secondes c'est fait|veux pas attendre|attends depuis",
  ),
  done: anyOf(
    "c'est tout (?:eteint|allume|debranche|rebranche|remis)|effectue|chose faite|c'est (?:remis|effectue|rallumee?)|(?:elle|il|ca) (?:a redemarre|s'est rallumee?|est rallumee?|est redemarree?)|c'est (?:fait|bon|ok|debranche|rebranche|eteint|rallume|redemarre|active|desactive|branche|allume|en place|termine|fini|fixe|vert|verifie)|ca y est|(?:j'ai )?(?:fini|termine)|voila(?! (?:je suis|j'y suis(?! arrive)|j'ecoute|mon|ma|c'est (?:moi|pour|mon)|pourquoi|ce que|allo)(?![a-z]))|(?:je )?(?:l'ai|les ai) (?:bien |deja )?[a-z]+(?:ee?s?|is?|its?|u)|(?<=^(?:(?:ok|oui|ouais|voila|euh|bon|ben|et|alors|deja|tout|bien|donc|hop|ah) )*)fait(?=(?: (?:ok|oui|voila|et|merci|monsieur|madame|alors|donc|maintenant|apres|ensuite))*$)|(?:c'est|ca a ete|l'ai|est|tout|deja) (?:deja |bien |tout |aussi )*faite?s?|c'est tout (?:bon|fait)|je viens de (?:le |la )?(?:faire|rebrancher|redemarrer|rallumer)|j'ai (?:tout |bien |deja |aussi |deja tout )?(?:debranche|rebranche|redemarre|eteint|rallume|allume|verifie|regarde|active|desactive|remis|retire|enleve|enfonce|branche|reconnecte|connecte|coche|essaye|coupe|appuye|relance|reinsere|insere|pousse|ouvert|ferme|sorti|change|fait)e?s?|(?:il|elle|le telephone|la box|mon telephone|ma box) (?:a|est) (?:redemarree?|rallumee?|rebranchee?|allumee?)|ok c'est bon|c'est reparti|ils? sont bien (?:branches|enfonces)|tout est (?:bien )?(?:branche|enfonce|allume|fait|en place)|et maintenant|ensuite|etape suivante|la suite|suivant",
  ),
  notDone: anyOf(
    "(?:c'est|ce n'est|est) pas (?:encore )?(?:fait|bon|fini|termine|allume|vert|fixe)|pas encore|pas fini|j'ai pas (?:fini|termine|fait)|je n'ai pas (?:encore )?(?:fini|termine|fait)|toujours pas",
  ),
  stuck: anyOf(
    `pas (?:chez moi|a la maison|sur place)|${it} ?(?:re)?${runs} (?:toujours |encore |vraiment |quand meme )*(?:pas|plus|rien|jamais)|(?:marche|marchent|fonctionne|fonctionnent|s'allume|demarre|redemarre|change|repart|capte) (?:toujours |encore |quand meme )*(?:pas|plus|rien)|toujours (?:pas|rien|pareil|la meme chose|le meme probleme|rouge|en panne|en rouge|coupe)|(?:ca |elle |il )?(?:ne )?veut (?:pas|rien)|rien a faire|y a rien|(?:il )?se passe rien|sans effet|pas d'effet|ca coince|ca plante|y parviens pas|sert a rien|c'est casse|rien qui (?:marche|se passe|change)|meme (?:chose|probleme|souci)|(?:n'y |y )arrive pas|(?:n'|j')?arrive (?:pas|plus)(?! a (?:vous )?(?:comprendre|entendre|suivre))|impossible|rien (?:ne |n'a )?(?:change|marche|fonctionne|donne|se passe)|(?:a|n'a|ca) rien (?:change|donne|fait)|change rien|(?:je )?(?:ne )?peux pas|(?:c'est )?(?:pareil|la meme chose|idem)|ca bloque|bloque|aucun(?:e)? (?:changement|effet|difference|amelioration)|sans succes|en vain|encore en panne|(?:a|ai) (?:pas|toujours pas) (?:marche|fonctionne)|c'est (?:pire|toujours)|rien du tout|je n'ai pas de box|la flemme`,
  ),
  confused: anyOf(
    "(?:quelles?|quels?) (?:lumieres?|voyants?|boites?|cables?|fils?|prises?|boutons?)|(?:rebranche|rallume|remets|attends|attendre|faire) quand|quand est-ce que je|combien de temps|(?:quoi|ou|lequel|laquelle|lesquels) exactement|je (?:debranche|rebranche|eteins|branche|appuie|mets|fais|prends|retire) (?:quoi|ou|lequel|laquelle|comment)|(?:elle|il|ils|elles|ca) (?:est|sont|se trouve) ou|ou (?:est|sont|se|c'est|il|elle|exactement)|quel endroit|pas (?:tres |vraiment )?clair|plus simple|precisez|(?:y|n'y) connais rien|(?:sais|vois) pas|soyez plus clair|quel (?:est|genre)|c'est quoi|comment|(?:ne |n'ai |n'|j'ai )?(?:comprends?|compris|saisi|capte) (?:pas|rien|plus)(?: (?:bien|tout))?|(?:n'ai |j'ai )?(?:pas|rien) (?:bien |tout |vraiment |tres bien )?(?:compris|saisi|capte)|comment (?:on|je|faire|ca|est-ce|dois|fait)|c'est (?:ou|quoi|lequel|laquelle|comment|complique)|(?:ou|quel|quelle|quels|quelles) (?:ca|est|sont|se trouve|cable|prise|bouton|voyant|boite|fil|touche|reglages?|je|boitier)|(?:ne )?(?:sais|vois|trouve) (?:pas|plus)(?! (?:mon|le|de) numero)|(?:lequel|laquelle|ou ca)|qu'est-ce que (?:c'est|je dois|je fais|vous voulez)|c'est-a-dire|expliquez|vous voulez dire quoi|que dois-je faire|je suis perdue?|aidez-moi|de quoi (?:vous )?parlez|ca veut dire quoi|quel genre",
  ),
  topics: {
    internet: [
      [anyOf('internet'), 2],
      [anyOf('box|livebox|freebox|bbox|sfr box'), 3],
      [anyOf('fibre|adsl|vdsl'), 3],
      [anyOf('wi-?fi|wi fi|ouifi'), 2],
      [anyOf('modem|routeur|repeteur|ont'), 3],
      [anyOf('teles?|televisions?|televiseur|decodeur|chaines?'), 3],
      [anyOf('fixe|telephone de (?:la )?maison|tonalite|playstation|console|teletravail|visio'), 3],
      [
        anyOf(
          'connexion|connection|debit|ordinateurs?|ordi|pc|tablette|netflix|youtube|streaming|web|navigu\\w+|surfer|mails?',
        ),
        1.5,
      ],
      [anyOf('ethernet|rj45|prise|voyants?|a la maison|chez moi'), 1.3],
    ],
    mobile: [
      [anyOf('mobiles?'), 3],
      [anyOf('(?<!ordinateur |ordi |pc )portables?(?! informatique)'), 3],
      [anyOf('smartphones?|iphones?|android|samsung|galaxy|gsm|natel|xiaomi|cellulaire'), 3],
      [anyOf('e-?sim|sim|carte sim|puk|code pin|puce'), 4],
      [anyOf('forfait|aucun service|whatsapp|hotspot'), 2.5],
      [anyOf('reseau(?! (?:wi-?fi|internet|local))|capte[rz]?|antennes?|barres?|signal'), 2],
      [anyOf('sms|mms|textos?|messages?|messagerie'), 3],
      [anyOf('[345] ?g|(?:trois|quatre|cinq) ?g|[345]g'), 3],
      [anyOf('(?<!je |vous )telephone|tel|phone'), 1.2],
      [anyOf(`appels?|(?<!vous )(?:appeler|telephoner|joindre)|${calls}`), 1.2],
      [anyOf("roaming|itinerance|(?:a|de) l'etranger"), 2.5],
      [anyOf('donnees(?: mobiles)?|data|partage de connexion'), 2],
      [anyOf('mode avion'), 2],
    ],
  },
  notAbout: anyOf(
    "(?:recu|recois|eu) (?:un |une |des |votre |vos |ce |plusieurs )*(?:sms|messages?|mails?|courriers?|appels?)(?= (?:comme quoi|disant|qui|me |de votre|de vous|pour|m'))",
    "numeros? de (?:telephone|tel|portable|mobile|fixe)|(?:prendre|repondre a|de|pour|premier|deuxieme|troisieme|quatrieme|enieme) (?:mon |cet |l'|un )?appel(?= (?:pour|au|concernant|merci|est|chez|de ma part|c'est|et|aujourd'hui|ce)|$)|(?:me permets de|voulais|dois|obligee? de|viens de|essaie de|essaye de) (?:vous |r)appeler",
    `(?:c'est pas|ce n'est pas|non pas|(?<=^|(?:non|mais|et|euh|ou|enfin|internet|box|fibre|mobile|portable|telephone) )pas) (?:pour |de |sur )?(?:le |la |l'|mon |ma |les |mes )?(?:problemes? (?:de |d'))?(?:telephone )?(?:${internetThing}|${mobileThing})(?= (?:c'est|mais|plutot|non|pour|et|que)|$)|(?:mon |le |la |ma |l'|par contre )*(?:${internetThing}|${mobileThing}) (?:ca |lui |elle |il )?(?:marche|fonctionne|va)(?: tres)? (?:bien|nickel|parfaitement|normalement)`,
    `pas (?:internet|le mobile|le portable|la box)(?= (?:non|le|la|mais|plutot|l'|c'est|internet|mobile))`,
  ),
  mobileData: anyOf(
    "(?:internet|connexion|debit|donnees).*(?:sur|avec|depuis|dans) (?:le |mon |ma |son |mes )?(?:telephone|portable|mobile|smartphone|iphone|carte)(?! fixe)|(?:telephone|portable|smartphone|iphone|mobile).*(?:pas|plus|de|sur|acces a) (?:d'|de |l')?internet|internet mobile",
  ),
  landline: anyOf('tonalite|telephone fixe|ligne fixe|fixe|telephone de la maison|telephone de maison'),
  numberKind: anyOf(
    "(?:telephone )?(?:portable|mobile|fixe|telephone)(?: (?:portable|mobile|fixe|perso|personnel|pro))?(?! (?:ne |n'|qui |est (?!le |au |c'est |zero )|marche|fonctionne|capte|a |plus|pas|bug|rame))",
  ),
  both: anyOf(
    "les deux|l'un et l'autre|tous les deux|internet et (?:le |mon )?(?:mobile|portable)|(?:mobile|portable) et (?:l')?internet|ni l'un ni l'autre|ni internet ni",
  ),
  symptoms: {
    internet: [
      [
        'tv_landline',
        anyOf(
          'teles?|televisions?|televiseur|decodeur|chaines?|fixe|image|ecran noir|telephone de (?:la )?maison|tonalite',
        ),
      ],
      ['wifi', anyOf('wi-?fi|wi fi|ouifi|sans fil|repeteur')],
      [
        'slow',
        anyOf(
          "lente?s?|lenteurs?|lentement|ralenti\\w*|rame|rament|ramer|debit|met (?:du|un) temps|mettent? des heures|faible|pas (?:tres |assez )?(?:rapide|vite)|saccade\\w*|lag\\w*|bug\\w*|buffer\\w*|a deux a l'heure|traine|tourne en rond|instable",
        ),
      ],
      [
        'no_connection',
        anyOf(
          "(?:plus|pas|aucune?) (?:de |d'|du tout |acces a |acces )?(?:internet|connexion|connection|fibre|reseau|signal|adsl|acces)|coupe|coupee?s?|coupures?|(?:ne |n')?(?:marche|fonctionne|demarre|s'allume|repond|se connecte|connecte) (?:toujours |encore |vraiment )?(?:plus|pas)|voyants?|rouges?|orange|clignot\\w+|en panne|panne|deconnect\\w+|se coupe|tombe en panne|redemarre (?:tout le temps|sans arret|toute seule|en boucle)|ne s'allume|eteinte?|hors service|plus rien|rien (?:du tout|ne marche|ne fonctionne|marche)|saute|decroche|morte?|hs|h s|foutue?|casse[e]?|impossible de (?:me connecter|se connecter|naviguer|surfer)|arrive (?:pas|plus) a (?:me connecter|se connecter|aller sur|avoir|acceder)",
        ),
      ],
    ],
    mobile: [
      ['sim', anyOf('e-?sim|sim|puk|code pin|pin|puce|carte')],
      [
        'calls',
        anyOf(
          `appels?|(?<!vous )(?:appeler|telephoner|joindre)|${calls}|sms|mms|textos?|messages?|messagerie|sonne|m'entend|entendre|communications?|coupe en pleine|raccroche tout seul|envoyer`,
        ),
      ],
      [
        'no_data',
        anyOf(
          'internet|donnees(?: mobiles)?|data|[345] ?g|(?:trois|quatre|cinq) ?g|connexion|naviguer|surfer|pages?|applications?|applis?|partage|debit|lente?|rame|whatsapp|youtube|mails?|lenteurs?',
        ),
      ],
      [
        'no_network',
        anyOf(
          "reseau|(?:aucun|pas de|plus de) service|capte[rz]?|signal|antennes?|barres?|appels d'urgence|hors service|roaming|itinerance|etranger|(?:ne |n')?(?:marche|fonctionne|s'allume|repond) (?:toujours |encore |vraiment )?(?:plus|pas)|en panne|panne|coupee?|coupure|plus rien|rien ne (?:marche|fonctionne)|bloquee?|suspendue?|hs|h s|morte?",
        ),
      ],
    ],
  },
  asides: frenchAsides,
  names: {
    introduced: [
      /(?:je m'appelle|je me (?:nomme|prénomme)|mon nom (?:de famille )?(?:c'est|est|à moi c'est)|mon nom\s*:|c'est au nom de|(?:contrat |abonnement )?(?:est )?au nom de|nom de famille(?: c'est)?|(?:mon )?prénom(?: c'est)?|moi c'est|ici|à l'appareil)\s+(?:c'est\s+)?(.+)/iu,
      /(.+?)\s+à l'appareil/iu,
      /(?:^|[\s,.'’])(?:c'est|ici|je suis|suis)?\s*((?:monsieur|madame|mademoiselle|mme|mlle|docteur|maître|m\.|mr)\s+.+)/iu,
    ],
    title: /^(?:monsieur|madame|mademoiselle|mme|mlle|docteur|maître|mr|m|le|la|l|et)$/iu,
    filler:
      /^(?:oui|ouais|alors|euh|heu|hum|ben|bah|bonjour|bonsoir|allô|allo|donc|voilà|eh|bien|ok|d'accord|c'est|c|est|mon|nom|prénom|de famille|famille|je|m'appelle|s'il|vous|plaît|merci|moi|suis|ah|hein|et|puis|simplement|tout|sûr|mari|femme|fils|fille|père|mère)$/iu,
    stop: /^(?:box|internet|mobile|téléphone|portable|problème|problèmes|marche|fonctionne|plus|pas|ne|n'ai|j'ai|ai|wifi|wi-fi|fibre|connexion|réseau|numéro|conseiller|humain|client|cliente|chez|pour|avec|depuis|que|qui|quoi|comment|pourquoi|veux|voudrais|sais|non|attendez|répétez|pouvez|une|un|des|les|mes|ma|toujours|jamais|rien|ça|cela|il|elle|on|appelle|appelez|rappelle|dis|dire|fait|là|zéro|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|au|aux|à|dans|sur|en|parce|car|mais|bloqué|perdu|perdue|abonné|abonnée|donner|donnerai|important|aller|revoir|journée|chose|rapport|besoin|parler|technicien|quelqu'un|déjà|encore|maintenant|hier|matin|demain|coupé|panne|comprends|compris|entends|obligé|même|sans|carte|sim|facture|télé|service|instant|moment|seconde|regarder|regarde|avez|êtes|votre|vos|sont|était|ce|cette|ces|si|gens|personne|tout|toute|vraiment|désolé|désolée|pardon|excusez|nickel|parfait|impeccable|exact|exactement|correct|super|génial|entendu|absolument|effectivement|volontiers|peut-être|aucune|idée|voilà|hein|quoi|instant|patientez|patience|robot|machine|service|après-vente|bonjour|bonsoir|allô|merci|moins|mieux|pire|pareil|débit|lent|sms|appels|réseau|forfait|double|vingt|trente|quarante|cinquante|soixante|onze|douze|treize|quatorze|quinze|seize|tapez|touche|euh|conseillère|opérateur|opératrice|redites|fini|terminé|débranché|rebranché|redémarré|voyant|câble|lumière|écoutez|écoute|moi|vous|nous|je|tu|dites|bof|franchement|alors|ben|bah|cetera|blabla|allez|faut|peux|peut|suis|cherche|vais|répète|connais|pense|crois|préfère|refuse|laissez|bien|oui|ouais|ok|doute|vrai|faux|quel|quelle|où|êtes|chose|truc|bientôt|soirée|d'accord|accord|tard|tôt|continuer|continuez|avancer|passons|passez|important|nécessaire|regardez|tant|pis|arrêtez|humaine|agent|responsable)$/iu,
    tail: /\s*(?:,|\.|;|:|\?|!|\bet (?:mon|ma|je|j'|c'est|le|la|voilà|depuis)\b|\bje\b|\bj'|\bma\b|\bmon\b|\bmes\b|\bça\b|\bpour\b|\bdonc\b|\bmais\b|\bavec\b|\bau\b|\bau téléphone\b|\bqui\b|\bvoilà\b|\bcomme\b|\balors\b|\bbonjour\b|\bs'il\b|\bmerci\b|\beuh\b|\bà\b|\bchez\b|\ble zéro\b|\ble numéro\b|\bzéro\b|\bc'est\b|\bil\b|\belle\b|\bon\b|\bn'|\bdepuis\b|\d).*$/isu,
  },
}
