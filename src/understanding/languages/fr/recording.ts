// Objecting to the recording of the call in French. A wrong objection only costs a recording, but what is said of other
// recordings ("mon message enregistré", "le décodeur n'enregistre plus") must not end ours.

import { anyOf } from '../../lexicon.ts'
import { either } from './parts.ts'

/** "être enregistré", "que vous m'enregistriez", "que cet appel soit enregistré", "d'enregistrement". */
const beingRecorded = `(?:${either(
  ...[
    'a',
    'de',
    "d'",
    'du tout',
    'vraiment',
    'surtout',
    'etre',
    "d'etre",
    'que',
    "qu'on",
    'vous',
    'je',
    'sois',
    'suis',
  ],
  ...[
    'on',
    'me',
    "m'",
    'nous',
    'soit',
    'est',
    'cet appel',
    "l'appel",
    'mon appel',
    'la conversation',
    'cette conversation',
  ],
  ...['notre conversation', 'ma voix', 'ca', 'ce', "l'", 'un', 'cet', 'votre', 'aucun'],
)} ?)*enregistr(?:e|ee|es|ees|er|ez|iez|ement|ements)`

const please = "(?:s'il vous plait |surtout |donc |juste |tout de suite |maintenant )?"

/** For plain text (plain.ts), which has no "ne". */
export const frenchObjects = anyOf(
  // je ne veux pas être enregistré, je n'accepte pas d'enregistrement
  `(?:je |j'|on |nous )?(?:veux|voudrais|voulais|souhaite|souhaiterais|desire|accepte|aimerais|aime|permets|autorise|tiens|voulons|consens|veut) (?:surtout |vraiment |absolument )?pas ${beingRecorded}`,
  // je préfère ne pas être enregistré, j'aimerais autant ne pas être enregistré
  `(?:je |j')?(?:prefere|prefererais|aimerais autant|demande a|demande) pas ${beingRecorded}`,
  // je refuse d'être enregistré, je m'oppose à l'enregistrement, je m'y oppose
  `(?:je |j')?(?:refuse|m'oppose) ${beingRecorded}`,
  "(?:je )?m'y oppose",
  // ne m'enregistrez pas, n'enregistrez pas cet appel
  "(?:m'|nous |l')?enregistrez (?:moi )?(?:surtout )?pas(?: (?:cet appel|l'appel|mon appel|la conversation|ca))?(?! (?:mon|ma|mes|le|la|les|de|d'|sur|quand|bien|son|toujours))",
  `(?:suis|sommes|etais) pas d'accord (?:pour |avec |qu'on )?${beingRecorded}`,
  "pas le droit (?:de |d')?(?:m'|nous )?enregistrer",
  // arrêtez de m'enregistrer, coupez l'enregistrement
  `(?:arretez|arreter|arrete|coupez|couper|stoppez|stop|desactivez|desactiver|interrompez|supprimez|effacez) ${please}(?:a |de )?(?:m'|nous |l'|d'|cet |mon |votre )?enregistr(?:er|ement)(?! (?:de la|du|des|sur))`,
  // sans enregistrement; recognisers also write "cent enregistrement"
  "(?:sans|cent|100|s'en) (?:aucun |etre |l'|cet |m')?enregistr(?:ement|ements|e|ee)(?! (?:de la|du|des|sur|par))",
  // pas d'enregistrement, non à l'enregistrement
  "(?<!(?:ai|as|a|avez|ont|avais|fait|y a|marche|vois|retrouve|trouve) )pas d'enregistrements?(?! (?:de la|du|des|sur|dans|par))",
  "non (?:a |pour )?(?:l'|cet )enregistrement",
)
