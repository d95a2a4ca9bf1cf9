// Words around a French name, and words that are no name. For text as recognised, with accents (names.ts).

/** The words of these lines as alternatives. */
const words = (...lines: string[]): string => lines.join(' ').split(' ').join('|')

/** Words before a name. */
const before = words(
  "oui ouais alors euh heu hum ben bah bonjour bonsoir allô allo donc voilà eh bien ok d'accord c'est c est mon",
  "nom prénom famille je m'appelle s'il vous plaît merci moi suis ah hein et puis simplement tout sûr mari",
  'femme fils fille père mère',
)

/** Words that are never part of a name: with one of these, the text is a sentence. */
const never = words(
  'malade fatigué fatiguée occupé occupée pressé pressée âgé âgée sourd sourde aveugle vieux vieille content contente retraité retraitée',
  'étudiant étudiante locataire propriétaire enceinte seul seule prêt prête furieux furieuse énervé énervée voyons anonyme',
  'fils fille mari femme mère père frère sœur oncle tante grand-mère grand-père titulaire compliqué entreprise société',
  "box internet mobile téléphone portable problème problèmes marche fonctionne plus pas ne n'ai j'ai ai wifi",
  'wi-fi fibre connexion réseau numéro conseiller humain client cliente chez pour avec depuis que qui quoi',
  'comment pourquoi veux voudrais sais non attendez répétez pouvez une un des les mes ma toujours jamais rien',
  'ça cela il elle on appelle appelez rappelle dis dire fait là zéro deux trois quatre cinq six sept huit neuf',
  'dix au aux à dans sur en parce car mais bloqué perdu perdue abonné abonnée donner donnerai important aller',
  "revoir journée chose rapport besoin parler technicien quelqu'un déjà encore maintenant hier matin demain",
  'coupé panne comprends compris entends obligé même sans carte sim facture télé service instant moment seconde',
  'regarder regarde avez êtes votre vos sont était ce cette ces si gens personne tout toute vraiment désolé',
  'désolée pardon excusez nickel parfait impeccable exact exactement correct super génial entendu absolument',
  'effectivement volontiers peut-être aucune idée voilà hein patientez patience robot machine après-vente',
  'bonjour bonsoir allô merci moins mieux pire pareil débit lent sms appels forfait double vingt trente',
  'quarante cinquante soixante onze douze treize quatorze quinze seize tapez touche euh conseillère opérateur',
  'opératrice redites fini terminé débranché rebranché redémarré voyant câble lumière écoutez écoute moi vous',
  'nous je tu dites bof franchement alors ben bah cetera blabla allez faut peux peut suis cherche vais répète',
  'connais pense crois préfère refuse laissez bien oui ouais ok doute vrai faux quel quelle où truc bientôt',
  "soirée d'accord accord tard tôt continuer continuez avancer passons passez nécessaire regardez tant pis",
  'arrêtez humaine agent responsable te me se leur lui y eux ton son sa ses notre nos quand puis ni chaque',
  'quelques beaucoup trop peu très assez plutôt juste seulement aussi ici ailleurs après avant pendant entre',
  'vers sous faire être avoir pouvoir vouloir savoir voir prendre mettre laisser passer attendre patienter',
  'comprendre entendre répéter écrit écris épelle épeler appeler rappeler confidentiel privé personnel secret',
  'anonyme discret aucun inutile hors question jour semaine mois ans heure heures minute minutes puis-je',
  "pourrais pourriez pouvez-vous est-ce qu'est-ce nom prénom identité famille souhaite souhaiterais aimerais",
  'aime déteste donne donné prend pris veuillez finalement rester raccrocher raccroche transférez livebox',
  'freebox bbox adsl ordinateur télévision décodeur chaînes lumières voyants éteinte éteint allumé allumée',
  'lente rouge orange clignote',
)

/** A pronoun or "que" elided before a verb: "j'ai", "l'avez". "L'Hostis", "N'Diaye" and "M'Bappé" are names. */
const elided =
  "(?:j|c|qu|s|t)'\\p{L}+|n'(?:ai|est|a|avez|y|en)|m'(?:appelle|appelez|en|a|avez|ont)|l'(?:ai|a|avez|aviez|avais|est|aurez|épelle|écris|écrit|heure|instant)"

/** A workplace after the name, not part of it: "du magasin". */
const workplace =
  "d(?:u|e la|e l'|es|e) ?(?:menuiserie|boulangerie|boucherie|pharmacie|mairie|école|garage|magasin|restaurant|bar|café|hôtel|cabinet|société|entreprise|agence|salon|bureau|service|syndic|résidence|compta(?:bilité)?|direction|secrétariat|ferme|camping|tabac|atelier|association)"

/** Words that continue the sentence after a name. */
const afterwards =
  "et (?:mon|ma|je|j'|c'est|le|la|voilà|depuis)|je|j'|ma|mon|mes|ça|pour|donc|mais|avec|au|qui|voilà|comme|alors|bonjour|s'il|merci|euh|à|chez|dans|le zéro|le numéro|zéro|c'est|il|elle|on|n'|depuis|hein|quoi|oui|ouais|d'ailleurs|enfin|de la rue|de l'avenue|rue"

export const frenchNames = {
  introduced: [
    /(?:je m'appelle|je me (?:nomme|prénomme)|mon nom (?:de famille |complet |entier )?(?:c'est|est|à moi c'est)|mon nom\s*:|c'est au nom de|(?:contrat |abonnement )?(?:est )?au nom de|nom de famille(?: c'est)?|(?:mon )?prénom(?: c'est)?|moi c'est|ici|à l'appareil)\s+(?:c'est\s+)?(.+)/iu,
    /(.+?)\s+à l'appareil/iu,
    /(?:^|[\s,.'’])(?:c'est|ici|je suis|suis)?\s*((?:monsieur|madame|mademoiselle|mme|mlle|docteur|maître|m\.|mr)\s+.+)/iu,
  ],
  title: /^(?:monsieur|madame|mademoiselle|mme|mlle|docteur|maître|mr|m|le|la|l|et)$/iu,
  filler: new RegExp(`^(?:${before})$`, 'iu'),
  stop: new RegExp(`^(?:${elided}|${never})$`, 'iu'),
  tail: new RegExp(
    `\\s*(?:[,.;:?!]|(?<![\\p{L}'-])(?:${afterwards}|${workplace})(?<=')|(?<![\\p{L}'-])(?:${afterwards}|${workplace})(?![\\p{L}'-])|\\d).*$`,
    'isu',
  ),
} as const
