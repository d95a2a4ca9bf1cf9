// French beside the question, as callers speak it: see asides.ts for what each list is for.

import type { Asides } from './asides.ts'
import { anyOf } from './lexicon.ts'

const paper = '(?:factur\\w*|prelev\\w*|rembours\\w*|echeancier|impayes?|paiements?|tarifs?|iban|rib)'

export const frenchAsides: Asides = {
  otherDesk: anyOf(
    "resili\\w*|service commercial|(?:le|un|une|votre|du|au) commerciale?|(?:changer|change|changement) (?:d'|de )(?:offre|forfait|abonnement|formule|operateur|titulaire)|(?:souscrire|souscription|m'abonner|prendre un abonnement|nouvel abonnement|nouveau forfait|nouvelle ligne)|(?:arreter|annuler|suspendre|cloturer|rompre) (?:mon |le |l'|un )?(?:abonnement|contrat|forfait|offre)|portabilite|devis",
  ),
  otherDeskAlone: anyOf(
    `${paper}|(?:payer|paye|regler) (?:ma|la|une|trop|deux fois|plus)|trop cher|vos (?:offres|prix|promotions)|(?:une|quelle|quelles) (?:offres?|promotions?)|commande|livraison|colis|demenag\\w*`,
  ),
  notOtherDesk: anyOf(
    `(?:c'est pas|ce n'est pas|pas|rien a voir avec) (?:pour |de |avec )?(?:une |la |ma |mes |un |le )?(?:question de |histoire de )?${paper}|${paper} (?:est |sont )?(?:a|au) (?:mon |ce )?nom|(?:j'ai|est|sont) (?:bien )?(?:paye|payee|payees|a jour)`,
  ),
  solved: anyOf(
    "(?:re)(?:marche|marchent|fonctionne|fonctionnent)|(?:marche|fonctionne|va) (?:bien |tres bien )?(?:maintenant|de nouveau|a nouveau|mieux)|(?:c'est|est|sont|soit) (?:bien )?(?:revenue?s?|repartie?s?|retablie?s?|reparee?s?|regle|reglee|resolu|remis|remise)|(?:j'ai|on a) (?:de nouveau|a nouveau|retrouve|recupere)|s'est (?:arrange|remis|debloque|repare)\\w*|(?:ca|tout) a repris|plus de (?:probleme|souci)",
  ),
  back: anyOf(
    "(?:je suis|on est|j'y suis|nous sommes) (?:(?:de nouveau|a nouveau|toujours|encore|bien|la|revenue?|de retour|prete?|a vous|devant|devant la box|a cote|en ligne) ?)+|me (?:re)?voila|me revoici|me voici|j'y suis|c'est (?:encore |de nouveau )?moi|allo|rebonjour|je vous (?:entends|ecoute)|j'ecoute|vous etes (?:toujours |encore |bien )?(?:la|en ligne)|(?:il )?y a quelqu'un|de retour|vous m'entendez",
  ),
  backWith: anyOf(
    "oui|ouais|ok|d'accord|voila|c'est bon|ca y est|ah|euh|heu|bon|ben|alors|et|donc|bonjour|merci|d'avoir attendu|d'avoir patiente|pardon|excusez-moi|desolee?|madame|monsieur|est-ce que|la|maintenant|hein",
  ),
  refuses: anyOf(
    "(?:prefere|veux|voudrais|souhaite|vais|tiens|peux|compte) (?:a )?(?:ne )?pas|pas envie|je refuse|(?:ne )?(?:le|la|vous le|les) (?:donne|donnerai|dirai|dis|communique) pas|pas (?:le|la|vous le|mon|de|mes) (?:donner|dire|communiquer|numero|nom)|(?:ca )?(?:ne )?(?:vous )?regarde pas|c'est (?:prive|personnel|confidentiel)|(?:n'|j')?en ai pas|j'ai pas de (?:numero|telephone)|(?:le |l'|la )?(?:connais|ai|sais|souviens|rappelle) (?:pas|plus) (?:par coeur|sur moi|mon numero|de mon numero|du numero|le numero)|(?:ne )?(?:le|m'en|la) (?:connais|souviens|rappelle|sais) (?:pas|plus)|(?:on )?(?:passe|passons|continuons|continuez|avancez)(?: sans| a la suite)?|sans (?:le )?(?:numero|nom)|pas (?:necessaire|besoin|obligee?|obligatoire)|pourquoi (?:faire|vous voulez|voulez-vous|mon|vous me)",
  ),
  robot: anyOf(
    "(?:vous etes|etes-vous|t'es|tu es|c'est|est-ce|je parle (?:a|avec)|un peu) (?:pas |que |bien |toujours |encore |juste |vraiment )*(?:un |une |a |des )*(?:robots?|machine|ordinateur|automate|repondeur|ia|intelligence artificielle|humaine?|vraie personne|boite vocale|enregistrement|message enregistre|voix (?:de synthese|enregistree|robotique)|assistant(?: vocal| virtuel)?|bot|chatbot)",
  ),
  complaint: anyOf(
    "scandaleux|honteux|une honte|inadmissible|inacceptable|incroyable|n'importe quoi|ras[- ]le[- ]bol|(?:j'en ai |en ai )?(?:marre|assez|plein le dos|ma claque)|(?:c'est|ca devient) (?:insupportable|penible|agacant|enervant|lamentable|ridicule|abuse|pas normal|pas serieux|nul|l'enfer|la cata|une catastrophe|du vol|de pire en pire)|pas (?:normal|serieux|possible)|vous (?:vous )?(?:moquez|fichez|foutez)|incompetents?|(?:ca fait|depuis|voila) (?:plus de |bientot |au moins |deja )?(?:\\w+ )(?:heures?|jours?|semaines?|mois|fois)|jamais personne|que j'attends|troisieme fois|deuxieme fois|dixieme fois|tres (?:mecontente?|enervee?|decue?)|(?:je suis|suis) (?:furieu\\w*|enervee?|mecontente?|decue?|en colere|excedee?)|merde|putain|bordel|chier",
  ),
  fetches: anyOf(
    "(?:je|on|j') ?(?:vais|dois|prends|cherche|attrape|recupere|apporte|amene|sors|allume|eteins|branche|debranche|rebranche|regarde|verifie|essaye|essaie|redemarre|ouvre|trouve|mets|pose|descends|monte)|(?:aller|le temps de|laissez-moi) (?:chercher|prendre|regarder|verifier|voir|attraper|trouver)|en train",
  ),
}
