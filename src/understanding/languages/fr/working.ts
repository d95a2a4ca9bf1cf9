// Whether it works, in the words of French callers when that was the question. For plain text (plain.ts).

import { anyOf } from '../../lexicon.ts'
import { between, broken, fails, mayDo, not, runs } from './parts.ts'

export const frenchWorking = {
  works: anyOf(
    `(?<!(?:rien|qui|jamais|personne|pas que ca|que ca|pour que ca|veux que ca|si ca|quand ca|faire) )(?:re)?(?:marche|marchent|fonctionne|fonctionnent|capte)(?! ${between}${not}| moins)|(?:voyant|lumiere)s? (?:est |sont |tous |toutes |bien |(?:re)?passee?s? |au |en |maintenant |devenue?s? |internet |il |elle |blanche?s? |fixes? )*(?:vert|verte|verts|vertes|allumes?|fixes?|blanc|blanche?s?|bleue?s?)|(?:rouges?|oranges?|croix|message) (?:a disparu|ont disparu|s'est eteinte?|est partie?|est eteinte?|est plus la)|tout (?:est )?(?:en |au )?vert|c'est revenu|(?:est|sont|a|ai|s'est|se sont) (?:enfin |bien |tous |toutes )?(?:revenue?s?|retablie?s?|reapparue?s?|reconnectee?s?|rallumee?s?|retrouve|repris|de retour)|j'ai (?:bien |enfin |internet|du reseau|le reseau|du wifi|le wifi|la tele|toutes mes chaines|mes chaines|la 4 ?g|des barres|toutes les barres|la connexion|la tonalite)|je (?:capte|recois|peux (?:re)?(?:appeler|naviguer|surfer|regarder|envoyer))(?! ${between}${not}| rien)|peux (?:de nouveau |a nouveau |enfin |maintenant |bien )*(?:aller (?:sur|a)|naviguer|surfer|regarder|envoyer|appeler|ouvrir|recevoir|telephoner|me connecter)|vien(?:t|nent) (?:juste |tout juste )?de (?:revenir|repartir|se remettre|se reconnecter|se retablir|remarcher)|ca (?:se )?charge|je suis (?:bien |re)?connectee?|les pages (?:s'ouvrent|chargent)|(?:plus|bien plus|beaucoup plus) (?:rapide|vite|fluide|stable)|c'est (?:rapide|fluide|stable)`,
  ),
  worksNot: anyOf(
    `(?:${runs}|${mayDo}|arrive(?:nt)?|peux|peut|trouve|lit|vois) ${between}${not}(?! de (?:probleme|souci)| (?:verifier|tester|essayer|regarder|vous dire|savoir))`,
    `(?:toujours|encore) (?:le|la|un|une|des|ce|cette|mon|ma|les|aussi|tout|autant|aucune?|du mal|ecrit|marque|${broken}|pas|plus|rien|plein|en train de ramer)`,
    `(?<!(?:plus|pas|jamais) )${fails}(?! plus| pas| jamais)`,
    `(?:ca|elle|il|le probleme|la panne) (?:continue|persiste|dure|insiste|refuse)|(?:reste(?:nt)?|est reste|continue|devient) (?:a |toujours |encore |en |au |tout |toute |tres |bien )*(?:${broken}|clignot\\w+|ramer|couper|planter|pareil|bloque|muet)`,
    `(?:est|c'est|sont|s'est|etait) (?:toujours |encore |re|tres |trop |super |hyper |tellement |aussi |completement |a nouveau |de nouveau )+(?:${broken}|clignot\\w+|arretee?)|(?:s'est|s'est re|est) (?:re)?(?:arretee?|coupee?|plantee?|eteinte?|tombee?|deconnectee?|retombee?|replantee?|recoupee?)(?! et)`,
    `(?:j'ai|ai|a|on a) (?:toujours|encore|meme) (?:pas|plus|rien|le|la|un|une)|a (?:re)?(?:coupe|plante|saute|lache|foire|echoue)`,
    `(?:marche|fonctionne|capte|va) moins (?:bien|vite)|clignot(?:e|ent|ant)(?! pas| plus)|aucune? (?:reseau|connexion|internet|signal|barre|tonalite|image|son|chaine|voyant|acces)|plus rien|(?:plus|pas|zero|ni) (?:(?:de|d'|le|la|du|d'acces a|acces a) ?)?(?:reseau|internet|connexion|wifi|signal|tele|image|son|tonalite|4 ?g|barre|acces)`,
    `(?<!(?:plus|pas|aucune?|ni)(?: de| en| du tout| le| au)?(?: voyants?| lumieres?)? )rouges?(?! (?:a disparu|s'est eteint|est plus|est parti|est eteint|c'est fini|devenu|passe|puis vert))|(?:voyants?|lumieres?|led|est|sont|restent?|clignotent?|toujours|encore) (?:est |sont |restent? |passee?s? |toujours |encore |allumees? |en |au |a l'|de couleur )*oranges?|message d'erreur|page (?:blanche|d'erreur)|ecran noir|de la neige`,
  ),
  butNot: anyOf(
    "(?:marche|fonctionne|capte|tenu|revenue?|dure) (?:pendant |que |a peine |juste )?(?:une|deux|trois|quelques|cinq|dix|un|trente|vingt) (?:petites? )?(?:secondes?|minutes?|instants?|moment)|(?:puis|et|mais|apres|ensuite) (?:c'est|ca|ca s'est|elle s'est|il s'est|elle|il|plus rien)(?: est| s'est| a)? ?(?:re)?(?:parti|coupe|tombe|arrete|eteinte?|plante|tombee?|reparti|lache|disparu)|et (?:pouf|paf|hop) (?:plus|ca)|et (?:pouf|plus rien)",
    `(?:mais|sauf|par contre|cependant|seulement|en revanche|a part|hormis)(?: [a-z'-]+){0,4}? (?:(?<!(?:coupe|rame|saute|clignote|plante|bugue|lag|sais|comprends|crois|pense|suis|vois|est) )(?:pas|plus)(?! de (?:probleme|souci)| grave| rapide| vite| fluide| stable)|lente?s?|lentement|${fails}(?! plus| pas)|mal|faible|rien|a peine|difficilement)|(?:sauf|a part|hormis|excepte) (?:la|le|l'|les|mon|ma|mes|que)`,
    '(?:marche|fonctionne|capte|va) (?:que|seulement|uniquement|juste) (?:sur|dans|avec|pour|a|en|quand)|(?:que|seulement|uniquement|juste) (?:a moitie|en partie|par moments?|de temps en temps|une fois sur deux|dans (?:le|la) [a-z]+)|(?:par|de) (?:moments?|intermittence)|une fois sur deux|a moitie seulement|(?:marche|fonctionne|va) (?:par moments?|de temps en temps|quand ca veut|une fois sur deux|a moitie)',
  ),
} as const
