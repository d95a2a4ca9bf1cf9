// What French callers want of the conversation: the end, a repetition, time. For plain text (plain.ts).

import { anyOf } from '../../lexicon.ts'

const several = '(?:une|deux|trois|quelques|quatre|cinq|dix|quinze|vingt|trente|[0-9]+)'
const little = `${several} (?:petites? |bonnes? )?(?:secondes?|minutes?|instants?|min|sec)`
/** What the caller goes to do before the step or the answer. */
const goes =
  'voir|chercher|regarder|verifier|essayer|me lever|y aller|descendre|monter|faire|tester|prendre|demander|le faire|la faire|la debrancher|le debrancher|debrancher|rebrancher|rallumer|redemarrer|eteindre|bouger|pousser|tirer|mettre mes lunettes|aller|me deplacer|trouver|attraper|noter|ouvrir|retrouver|essaye'

export const frenchWishes = {
  goodbye: anyOf(
    "a plus tard|allez salut|ciao|tchao|tchuss|adieu|bye|bye bye|au revoir|a bientot|a la prochaine|a la revoyure|bonne (?:journee|soiree|fin de (?:journee|soiree)|nuit|continuation|apres-midi|fin d'apres-midi|semaine)|bon (?:apres-midi|week-end|weekend|dimanche|courage a vous)|je vous souhaite (?:une |un )?(?:bonne|bon|excellente?)(?! (?:chance|courage))|bonsoir et merci|merci (?:et )?salut|merci et bonsoir|(?:merci |revoir |^)a tout a l'heure$",
    "(?:ce|ca) sera tout(?: pour (?:moi|aujourd'hui))?(?: merci| au revoir|$)|c'est tout (?:pour (?:moi|aujourd'hui)|merci|au revoir)|merci (?:ce sera|c'est|ca sera) tout|(?:plus )?besoin de rien|plus besoin (?:de vous|merci)",
    "je te laisse$|je te laisse (?:salut|merci)|je (?:vais |dois |prefere |peux )?(?:vous )?raccrocher?|je (?:vais |dois )?(?:vous )?laisser?(?= (?:au revoir|merci|bonne|la|alors)|$)|faut que je (?:vous laisse|raccroche)|je vous laisse(?! (?:mon|ma|le|la|un|une|regarder|verifier|chercher|voir|me|faire|noter))|je dois (?:y aller|partir|vous laisser|raccrocher)|(?:on|je) (?:va |vais )?(?:s')?arrete(?:r)? la|restons-en la|j'en reste la",
  ),
  leaves: anyOf(
    "je (?:vous )?(?:rappellerai|rappelerai|(?:rappell?e|rapellerai)(?= plus tard| demain| dans| tout a l'heure| ce soir| apres| lundi| merci| un autre|$)|vais (?:vous )?rappeler(?= plus tard| demain| dans| tout a l'heure| ce soir| apres| lundi| merci| un autre|$)|retenterai|reessaierai plus tard)(?! mon| le num)|laissez tomber|laisse tomber|oubliez(?= ca| tout|$)|oublie ca|tant pis (?:merci|au revoir|je|alors|laissez)",
  ),
  notGoodbye: anyOf(
    "(?:dis|dit|dire|disant) (?:pas )?au revoir|vous laisse (?:une|deux|un|quelques|cinq|trois)|(?:raccrochez|raccroche|quittez|coupez) (?:surtout )?pas|(?:me|je vous) rappelez|avant (?:de|que) (?:vous )?raccroche[rz]?|(?:quand|si|des que|chaque fois que|pourquoi) (?:je|vous|on) raccroche[rz]?|(?:ai|a|avez|m'a) raccroche|rappellerai (?:moi[- ]meme|moi)|pour que je raccroche|faut (?:pas )?que je raccroche pas|bonne journee ou",
  ),
  repeat: anyOf(
    "repetez|repeter|repete|repetition|redites?(?! fait)|redire|redis|re-?dites|redonnez|redonner|articulez|articuler|relisez|relire|relis|reciter|reformulez|reformuler|recommencez(?! a)|reprenez(?! le)|rappelez-moi la question|(?:encore |une |une derniere |encore une )fois(?: s'il vous plait)?$|encore une fois|de nouveau s'il|vous disiez|(?<!(?:comme|que|qu'|dont|la ou) )vous avez dit(?: quoi)?(?! (?:dix|que|d'|de |deux|trois))|qu'avez-vous dit|vous (?:voulez|demandez|cherchez) quoi|(?:savoir|donner) quoi|qu'est-ce (?:que |qu')?(?:vous (?:me |m')?(?:avez dit|avez demande|dites|disiez|demandez|voulez(?! dire)|racontez)(?! de)|il dit|elle dit)|comment vous dites|^(?:pardon |quoi )?vous dites(?: quoi)?$|c'etait quoi (?:la question|deja)|(?:c'est )?quoi la question|la question(?! est)|pouvez(?:-vous)? (?:le |la |me le |me la )?(?:repeter|redire|reposer)",
    "(?:j'ai |ai )?(?:pas|rien|mal) (?:bien |tout |vraiment )?(?:entendu|capte la question|saisi la fin)|(?:je |j')?(?:vous )?entends (?:pas|mal|tres mal|plus|presque pas|a peine|rien|pas bien)(?! (?:dans|quand|mon|ma|les|le))|entends (?:plus )?rien(?! dans)|plus (?:fort|lentement|doucement)|moins vite|trop vite|parlez (?:pas )?(?:si vite|plus|moins|trop)|(?:ca|vous avez|la ligne) (?:a )?(?:coupe|gresille)(?: (?:un peu|vous disiez|pendant))|ca a coupe|vous avez coupe|(?:vous|je vous) (?:recois|capte) mal|(?:j'ai )?pas (?:tout )?suivi|j'etais pas attentif|j'ai (?:rate|loupe|manque) (?:la|le|ce|votre)|plait-il",
  ),
  repeatAlone:
    /^(?:ah |oui |allo |mais |non |he |eh )*(?:(?:pardon|comment|comment ca|hein|quoi|plait-il|excusez-moi|je vous demande pardon|s'il vous plait|vous dites|dites|redites) ?)+$/g,
  wait: anyOf(
    `attendez|attends|attendre|patientez|patience|bougez pas|quittez pas|(?:restez|reste) en ligne|minute(?: papillon)?|seconde|${little}|un (?:petit |tout petit |court )?(?:instant|moment)|un petit peu de temps|un tout petit|(?:juste|encore) un peu|donnez-moi(?! (?:un conseiller|quelqu))|accordez-moi|laissez-moi|laisse-moi|le temps (?:de|que)|doucement|pas si vite|pas (?:tout de suite|maintenant|pour l'instant)$|moins vite je|pas encore|pas fini|pas tout a fait fini|presque|bientot (?:fini|pret)`,
    `(?<!que |quoi |comment |ou |qu'est-ce que )(?:je|on) (?:vais|va|dois|viens de me mettre a) (?:${goes})(?! (?:quoi|comment|quand|ou|lequel|laquelle))|(?<!que |quoi |comment |ou )je (?:cherche|regarde|verifie|reviens|descends|monte|teste|essaie|essaye|vais|demande|compte|le fais|la fais|fais ca|m'y mets|me leve|me deplace|m'approche|m'en occupe|prends|retourne|mets (?:le|mes|l')|note|debranche|rebranche|rallume|eteins|redemarre|bouge|pousse|l'allume|l'eteins|la debranche|le debranche|la rebranche|le rebranche)(?! (?:pas|bien|rien|plus|quoi|ou|lequel|laquelle|comment|un conseiller|quand|depuis))|en train|c'est en cours|j'y (?:vais|retourne|cours|suis presque)|j'arrive(?! (?:pas|plus|a|meme))|(?:faut|il faut) que (?:je |j')(?:aille|trouve|cherche|descende|monte|regarde|me |bouge|prenne|pousse|mette|tire|demande|sorte|passe|deplace|attende|rentre|verifie|debranche)|(?<!ce )que je (?:retrouve|regarde|cherche|me souvienne|verifie|note|prenne)`,
    "(?:ca|elle|il|la box|le telephone|le decodeur) (?:redemarre|s'allume|charge|demarre|se rallume|se lance|se met a jour|recommence a clignoter)(?! (?:pas|plus|en boucle|sans|tout|toute))|se (?:rallume|relance|reconnecte|reinitialise|remet en route)(?! pas| plus)|prend du temps|ca (?:vient|arrive|avance)(?! de| pas| plus| jamais)|ca (?:mouline|tourne|cherche|clignote encore)(?= (?:encore|la|un peu|attendez)|$)|pas a cote|suis pas (?:encore )?(?:devant|pres|arrivee?)(?= |$)",
  ),
  notWait: anyOf(
    `j'attends(?! (?:que|la fin|qu'))|j'ai (?:deja )?attendu(?: (?:les )?${several} (?:secondes?|minutes?))?|attendu ${little}|(?:depuis|pendant|il y a|ca fait|dure|tou(?:te)?s les|apres|au bout de|en|fait|dit|que|de|compte|reste|met|mis|coupe|d'ici|toutes) (?:plus de |environ |bientot |presque |les |deja )?${little}|marre d'attendre|(?:sans|assez|sais pas|faut|de temps|fait|dois|fais|devoir|faire|obligee? d'|longtemps|peux pas|veux pas|vais pas|faut-il) ?attendre|combien (?:de temps|de minutes)|je vais (?:bien|mal|pas|etre|devenir|vous dire)|${several} secondes c'est fait|attends depuis|(?:une|la|cette) (?:fois|minute) (?:sur|par)|attendre longtemps|a la (?:minute|seconde)`,
  ),
} as const
