// Asking for a human in French, and the many ways of mentioning one without asking. A wrong transfer is worse than
// asking again, so mentions of what an adviser did earlier, and of not wanting one, are removed first.

import { anyOf } from '../../lexicon.ts'

const people =
  "(?:conseill(?:er|ere|ers|eres)|vrai (?:gars|mec|type|monsieur)|vraies? (?:dame|femme|voix)|vrais? gens|humains?|humaine|technicien(?:ne)?s?|techos?|quelqu'un|(?:vraie|veritable|autre|seule) personne|une personne|operateurs?|operatrices?|standardiste|telephoniste|vrai humain|etre humain|service client(?:s|ele)?|interlocuteur|interlocutrice|teleconseill(?:er|ere)|assistant humain|hotline)"
/** People who need not be of this desk: they count only if the caller asks to be put through to them. */
const others =
  '(?:chef|standard|accueil|gars|mec|type|monsieur|dame|femme|du monde|agent|responsable|employee?|collegues?|vendeur|superieure?|superviseur|hotesse|specialiste|expert|directeur|directrice|patron|manager|etage au-dessus)'
const putThrough =
  '(?:parler|parle|causer|discuter|echanger|joindre|voir avec|(?:passez|passe|passer|transferez|transferer|mettez|mettre|donnez|appelez|filez|basculez|envoyez)(?:-(?:moi|nous))?|(?:veux|voudrais|souhaite|exige|demande|peux|pourrais) avoir|mis en relation)'
const an =
  "(?:(?:un|une|le|la|les|des|du|de|d'|l'|votre|vos|ce|cet|cette|mon|vrai|vraie|autre|plusieurs|deux|trois|quatre|dix|[0-9]+|meme|meilleur) ?)*"
const machine =
  '(?:robots?|machines?|ordinateurs?|repondeurs?|automates?|bots?|boites? vocales?|voix (?:de synthese|robotique|enregistree)|intelligences? artificielles?|ia)'

export const frenchHuman = {
  noun: anyOf(people),
  wish: anyOf(
    "(?:je )?(?:voudrais|voulais|veux|souhaite|souhaiterais|souhaitais|aimerais|prefere|prefererais|desire|exige|demande|reclame|peux|pourrais|puis-je|peut-on|pouvez|pourriez|peut|faudrait|faut|besoin|parler|parle|causer|avoir|joindre|passez|passe|passer|transferez|transferer|transfere|mettez|mettre|donnez|appelez|contacter|discuter|echanger|s'il vous plait|plutot|y a-t-il|est-ce qu'il y a|y aurait|aurait|y a pas|vous (?:avez|auriez) pas|y a moyen|moyen|possible|envoyez|connectez|basculez|dirigez|orientez|rappeler|en relation|tout de suite|maintenant|vite|cherche|essaie de (?:joindre|contacter)|vaudrait mieux|allez me chercher|filez|refilez|balancez)",
  ),
  with: anyOf(
    "un|une|le|la|les|des|du|de|d'|l'|a|au|oui|non|ok|bon|ben|bah|alors|mais|euh|merci|bonjour|bonsoir|allo|madame|monsieur|vrai|vraie|vrais|veritable|autre|plutot|juste|stop|et|ou|donc|d'abord|direct|directement|la|moi|svp|hein|en ligne|au telephone|humain|c'est|j'ai (?:dit|demande)|pas (?:un|une) (?:robot|machine)|conseiller|technique|reel|reelle|physique|francais|voila|enfin|service|clientele|peu importe|n'importe (?:qui|lequel)|vous|pas|pas vous",
  ),
  refused: anyOf(
    `(?:pas (?:la peine|besoin|necessaire|envie|utile|oblige)|inutile) (?:de |d'|que vous )?(?:me |nous )?(?:passer|passiez|transferer|mettre|envoyer|avoir|parler a|parler avec|deranger|appeler|voir) ?(?:en relation avec |a )?${an}${people}`,
    `(?:veux|voudrais|souhaite|desire|faut|souhaiterais) (?:surtout |vraiment )?pas (?:(?:de |d'|du |parler (?:a|avec) |avoir |etre |joindre |passer |que |vous |me passiez ))*(?:mis avec |transferee? a |derange )*${an}${people}`,
    `(?<!(?:avez|auriez|aurait|a) )pas (?:tout de suite )?(?:de|d'|un|une|besoin d'|besoin de|besoin d'un|besoin d'une|la peine de passer) ?(?:un |une )?(?:autre )?${people}(?! (?:que je|qui puisse|de libre|disponible))|sans (?:passer par |parler a |avoir )?(?:un |une )?${people}|surtout pas (?:d'|de |un |une )?${people}|pas me passer (?:un |une |de )?${people}|(?:me passez|passez-moi|transferez-moi|m'envoyez|me transferez) pas (?:a |de |d')?${an}${people}|(?:plutot|au lieu) (?:que |de |d')(?:parler a |avoir )?(?:un |une )?${people}`,
  ),
  notWish: anyOf(
    `${people} (?:est|etait|sont|etaient|m'a|m'ont|m'avait|a |ont|doit|devait|vient|venait|venu|passe|passait|devrait|avait|va |viendra|passera|qui (?:est|m'a|etait|a|vient|devait|doit|passe)|que j'(?:ai|avais)|d'hier|de ce matin|de tout a l'heure|de la derniere fois)`,
    `(?:(?:j'ai|on a|avais|ai|nous avons|j'avais|a) (?:deja |bien |juste )?(?:eu|vu|parle|appele|attendu|recu|eu au telephone|discute|pris)|(?:vu|eu|appele|parle|discute|attends|attendais|attendu|chez|(?:suis|etais|etait) passee? par|(?:a|m'a) (?:raccroche|coupe)|venue? d'|visite d') ?(?:a |avec |au |par |de )?)(?:au telephone )?(?:a |avec |au |par )?${an}${people}`,
    `(?:vous etes|etes-vous|t'es|tu es|(?<!(?:veux|voudrais|demande|faut) )c'est|est-ce|suis (?:avec|tombee? sur)|affaire a|que c'est|parle (?:bien |vraiment |la )*(?:a|avec)) (?:bien |vraiment |encore |toujours |pas |aussi )*${an}${people}(?! (?:que je|qu'il|que j))`,
    `(?:avant|plutot que|au lieu) (?:de |d')[a-z]+ (?:avec |a )?${an}${people}|(?<!j'|on )a besoin de ${an}${people}|besoin de quelqu'un pour (?:l'|lui |les |leur |s')|(?:deranger|embeter|ennuyer|mobiliser) ${an}${people}|dois(?:-je)? (?:appeler|contacter|faire venir) ${an}${people}|c'est (?:vous|toi|lui|elle|moi) (?:le|la|un|une) ${people}|(?:m'a|m'ont|m'avez|nous a|nous ont) (?:deja |encore )?(?:passe|transfere|mis|envoye|rappele|appele|promis)(?:e|es)? (?:a |avec |en relation avec )?${an}${people}|rendez-vous|(?:il )?y a quelqu'un(?! (?:que je|a qui|qui (?:peut|pourrait)))|quelqu'un (?:m'a|a |peut venir|va venir|vient|est|d'autre|m'entend|chez|a la maison|qui (?:m'a|est|vient)|utilise|de ma|dans|au bout$)|(?:une )?personne (?:chez|a la maison|ne|m'appelle|peut me|arrive)|a (?:quelqu'un|un agent) (?:de ma|de mon)|(?:comme|pour|chez|a cote de) (?:quelqu'un|une personne)|(?:je suis|c'est|moi je suis) (?:un |une |le |la )?(?:technicien(?:ne)?|vendeur|responsable|operateur|agent|humain|personne)|numero d'(?:un|une)|(?:autre|ancien|nouvel|mon|d'|meme|chez l'|quel|changer d') ?operateurs?|operateurs? (?:internet|mobile|telephonique|historique)|savoir (?:si|quand|pourquoi|ou|comment) (?:[a-z']+ ){0,3}${people}|${people} (?:orange|sfr|free|bouygues)`,
  ),
  always: anyOf(
    `${putThrough} (?:(?:directement|plutot|a|au|avec|en (?:relation|contact|ligne) avec|un|une|le|la|l'|votre|vos|vrai|vraie|du|de|des|maintenant|quand meme|vite) ?)*${others}(?! (?:m'a|a |est|d'accueil|de forfait|de box|de contrat))`,
    `(?<=^(?:(?:un|une|le|la|l'|votre|oui|non|bon|alors|juste|bonjour|allo) ?)*)(?:chef|agent|responsable|superieure?|superviseur|manager|standard|accueil|directeur)(?=(?: (?:s'il vous plait|merci|vite|maintenant))*$)`,
    "(?:i )?(?:want|need|would like|speak|talk|get|give|connect)(?: [a-z]+){0,4} (?:human|agent|operator|person|someone|advisor|adviser|representative|technician)|(?:a |real )?(?:human(?: being)?|representative)(?: please)?|(?:speak|in|don't understand|no) (?:english|french)|english please",
    `(?:parler|parle|discuter|causer|repondre|affaire) (?:a|avec|aux) (?:un |une |cette |des |ce |vos )?${machine}.*(?:marre|assez|veux pas|refuse)|(?:marre|assez|veux pas|refuse|deteste|pas envie).*${machine}|(?:parle|discute|cause|reponds) pas (?:a|aux|avec) (?:un |une |des |les )?${machine}|quelqu'un (?:de )?(?:reel|vrai|humain|competent|en vrai|de bien)|(?:de )?vive voix|service (?:technique|apres-vente|commercial|facturation|resiliation)(?= s'il)|(?:passez|transferez|mettez|basculez|connectez|redirigez|dirigez|orientez|renvoyez)-(?:moi|nous) (?:vers |a |au |avec |en (?:relation|contact|communication|ligne) avec |directement |plutot |avec |sur )*(?:le |la |l'|votre |un |les )?(?:service|sav|assistance|support|depannage|plateforme)(?! (?:commercial|facturation|resiliation|client facturation))|parler (?:au|a votre|avec le|avec votre) (?:service (?:technique|client|apres-vente)|sav|support)|(?:passez|donnez|mettez)-m'en (?:un|une)|passez m'en (?:un|une)|m'en passer (?:un|une)|parler a quelqu'un|parler avec quelqu'un|en chair et en os`,
  ),
} as const
