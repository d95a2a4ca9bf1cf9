// What French callers say beside the question, for plain text (plain.ts). The type Asides (lexicon.ts) says what each
// pattern is for.

import type { Asides } from '../../lexicon.ts'
import { anyOf } from '../../lexicon.ts'

const paper =
  '(?:factur\\w*|prelev\\w*|rembours\\w*|echeanc\\w*|impayes?|paiements?|reglements?|tarifs?|iban|rib|avoir sur|relances?|penalites?|surfacturation|mensualites?)'
const contract = '(?:abonnement|contrat|forfait|offre|ligne|box|fibre|engagement|souscription|option)'
const machine =
  '(?:robots?|machine|ordinateur|automate|repondeur|ia|intelligence artificielle|humaine?|vraie (?:personne|dame|voix)|vrai (?:gars|monsieur|humain)|vraie|personne(?: reelle)?|etre humain|humain|boite vocale|enregistrement|message enregistre|disque|voix (?:de synthese|enregistree|robotique)|assistant(?: vocal| virtuel)?|bot|chatbot|truc automatique|standard automatique)'

export const frenchAsides: Asides = {
  otherDesk: anyOf(
    `resili\\w*|service (?:commercial|facturation|resiliation|recouvrement|client facturation)|(?:le|un|une|votre|du|au) commerciale?s?|(?:changer|change|changement|changerais) (?:d'|de |mon |ma |l'|le )(?:offre|forfait|abonnement|formule|operateur|titulaire|adresse|rib|coordonnees|banque)|(?:souscrire|souscription|m'abonner|(?:prendre|ouvrir|avoir) (?:un |une )?(?:abonnement|nouvelle ligne|deuxieme ligne|forfait)|(?:passer|basculer) (?:a|sur|chez) (?:un|une|l'|la|votre) ?(?:autre )?(?:forfait|offre|abonnement)|nouvel abonnement|nouveau (?:forfait|contrat)|nouvelle (?:ligne|offre)|devenir client)|(?:arreter|arrete|annuler|annule|suspendre|cloturer|cloture|rompre|stopper|transferer|ceder|fermer|interrompre|reprendre) (?:(?:mon|ma|son|sa|le|la|l'|un|mes|ses|notre|nos|cet|ce|cette|leur) ?)?${contract}|devis|(?:modifier|mettre a jour|changer|donner|actualiser) (?:(?:mon|ma|son|sa|le|la|l'|un|mes|ses|notre|nos|cet|ce|cette|leur) ?)?(?:coordonnees|rib|iban|adresse|compte bancaire|banque|moyen de paiement)|coordonnees bancaires|mettre fin a|partir de chez vous|vous quitter|desabonn\\w*|(?:ajouter|rajouter|supprimer|enlever|activer|souscrire a|retirer) (?:une |des |l'|mon |les )?(?:options?|lignes?|services?)|changer (?:de |le )?(?:nom|titulaire)|(?:nouveau|nouvel|autre) (?:telephone|mobile|portable|iphone) (?:avec|dans|sur|chez)|renouveler|(?:renvoyer|rendre|retourner|restituer) (?:mon|ma|le|la|du|votre|un) (?:materiel|box|decodeur|equipement|telephone|mobile)|duplicata|combien (?:est-ce que )?je (?:vous )?dois|(?:abonnement|contrat|forfait) (?:[a-z']+ ){0,4}?(?:l'|le |la )(?:arreter|annuler|suspendre|cloturer|stopper|rompre)|(?:m'a|m'ont|avez|ont|a) (?:fait )?(?:vendu|refourgue|force la main)|combien (?:ca |est-ce que )?(?:coute|vaut)|(?:code|numero) rio|quitter (?:votre|la|chez|free|orange|sfr)|retract\\w*|(?:fin|periode) d'engagement|passer (?:a|chez) (?:la concurrence|un autre operateur)`,
  ),
  otherDeskAlone: anyOf(
    `${paper}|portabilite|frais|(?:payer|paye|paie|regler|regle) (?:ma|la|une|trop|deux fois|plus|en|par|mes|pour rien)|(?:trop|plus) chere?s?|vos (?:offres|prix|promotions|forfaits)|(?:une|quelle|quelles|la|votre) (?:offres?|promotions?|promos?)|promos?|combien (?:ca |je |coute|vous me)|commande[rz]?|livr(?:aison|ee?s?|er)|colis|demenag\\w*|(?:debit|virement)e? (?:deux fois|bancaire|de trop)|factures?|geste commercial|point relais|parrainage|renvoyer (?:la|ma|le) (?:box|materiel|decodeur)|rendre (?:la|ma|le) (?:box|materiel|decodeur)|(?:paye|payer|preleve|debite|facture|pris) (?:[a-z0-9]+ ){1,3}euros|euros (?:de|en) (?:plus|trop)|combien (?:ca |est-ce que )?(?:coute|je dois|vaut|je paye|je paie)|(?:le|les|quel|votre) prix|augmentation(?! de debit)|(?:votre|mon|l')? ?augmente(?:r)? (?:de|le prix|mon abonnement)`,
  ),
  notOtherDesk: anyOf(
    `(?:(?<=^|non |mais |et )pas|c'est pas|rien a voir avec) (?:pour |de |avec )?(?:une |la |ma |mes |un |le )?(?:question de |histoire de )?${paper}|${paper} (?:est |sont )?(?:a|au) (?:mon |ce )?nom|(?:j'ai|est|sont) (?:bien |toujours )?(?:paye|payee|payees|a jour)|pizza|restaurant|(?:recu|recois) (?:la|ma) commande`,
  ),
  solved: anyOf(
    "(?:re)(?:marche|marchent|fonctionne|fonctionnent|capte)|(?:marche|fonctionne|va|capte|passe) (?:bien |tres bien |mieux )?(?:maintenant|de nouveau|a nouveau|mieux|finalement)|(?:c'est|est|sont|soit|a ete|s'est) (?:bien |enfin |deja )?(?:revenue?s?|repartie?s?|retablie?s?|reapparue?s?|reconnectee?s?|de retour|reactivee?s?|reparee?s?|regle|reglee|resolue?|remis|remise|bon maintenant)|(?:j'ai|on a) (?:de nouveau|a nouveau|retrouve|recupere)|s'est (?:arrange|remis|debloque|repare|retabli|regle)\\w*|(?:ca|tout) a repris|viens?(?:nent)?t? (?:juste |tout juste )?de (?:revenir|repartir|se remettre|se reconnecter|se retablir)|plus (?:de|aucun) (?:probleme|souci)|maintenant ca (?:marche|fonctionne|capte)|probleme (?:est )?(?:resolu|regle)",
  ),
  hasAgain: anyOf(
    "j'ai (?:bien |enfin |maintenant |a nouveau |de nouveau |tout |toutes? )?(?:les barres|des barres|mes barres|internet|du reseau|le reseau|le wifi|la connexion|la 4 ?g|la 5 ?g|la tele|mes chaines|les chaines|la tonalite|du signal)|(?:ca|internet|le wifi|la tele|le reseau|tout) (?:re)?(?:marche|fonctionne|capte|passe)|je (?:re)?capte|(?:internet|le wifi|la tele|le reseau|la connexion) est (?:la|revenue?)",
  ),
  back: anyOf(
    "(?:je suis|on est|j'y suis|nous sommes) (?:(?:de nouveau|a nouveau|toujours|encore|bien|la|revenue?|de retour|prete?|a vous|devant|devant la box|a cote|en ligne|au telephone) ?)+|me (?:re)?voila|me revoici|me voici|j'y suis|c'est (?:encore |de nouveau )?moi|allo|rebonjour|je vous (?:entends|ecoute)(?: bien| tres bien)?|j'ecoute|vous etes (?:toujours |encore |bien )?(?:la|en ligne)|(?:il )?y a quelqu'un|de retour|(?:est-ce que )?vous m'(?:entendez|ecoutez)|vous m'avez (?:oublie|perdu)|toujours (?:la|en ligne)",
  ),
  backWith: anyOf(
    "oui|ouais|ok|d'accord|voila|c'est bon|ca y est|ah|bon|ben|bah|alors|et|donc|bonjour|bonsoir|merci|d'avoir attendu|d'avoir patiente|pardon|excusez-moi|desolee?|madame|monsieur|est-ce que|la|maintenant|hein|s'il vous plait|bien|toujours|encore",
  ),
  refuses: anyOf(
    "(?:prefere|prefererais|veux|voudrais|souhaite|vais|tiens|peux|compte) (?:a )?(?:vraiment |surtout )?(?:pas|plus|rien)|(?:prefere|prefererais|aimerais|voudrais|souhaite|tiens a) (?:rester (?:anonyme|discret|discrete)|garder|eviter|m'abstenir|rien (?:dire|donner)|me taire|(?:que )?vous (?:continuiez|passiez))|anonyme|liste rouge|(?:donne|dis) a personne|pas (?:envie|question)|hors de question|je refuse|(?:le|la|vous le|les|vous) (?:re)?(?:donne|donnerai|dirai|dis|communique|file|filerai) (?:pas|rien|jamais)|(?:je |j')?(?:donne|dis|communique) (?:jamais|pas)|pas (?:le|la|vous le|mon|de|mes|a) (?:donner|dire|communiquer|numero|nom)|(?:ca )?(?:vous )?regarde (?:pas|que moi)|(?:c'est )?(?:prive|personnel|confidentiel)|(?:mon|ma) vie privee|mes donnees|ca vous (?:concerne|interesse) pas|vous avez pas (?:a|besoin)",
    "j'?en ai (?:pas|plus)|j'ai (?:pas|plus) (?:de|le|mon) (?:numero|telephone|portable|fixe)|(?:le |l'|la |m'en )?(?:connais|ai|sais|souviens|rappelle|retiens) (?:pas|plus|jamais)(?: par coeur| sur moi| en tete| en memoire| de tete| sous la main| mon numero| de mon numero| du numero| le numero| ca)|me (?:souviens|rappelle) (?:pas|plus|jamais)|(?:le|m'en|la|me le) (?:connais|souviens|rappelle|sais|retiens) (?:pas|plus|jamais)|(?:j'?en |je )sais rien|aucune idee|par coeur|en tete|(?:trouve|retrouve) (?:pas|plus) (?:mon|le)",
    "(?:on )?(?:passe|passons|continuons|continuez|avancez|avancons)(?: sans| a la suite| a autre chose)?(?! (?:moi|pas))|sans (?:le |mon |donner )?(?:numero|nom)|pas (?:necessaire|besoin|obligee?|obligatoire)|(?:faire|continuer|passer|avancer|se debrouiller) sans|s'en passer|(?:j'ai |l'ai )?oublie(?: mon| le)?(?: numero)?|l'ai (?:pas|plus)(?: la| ici)?|pourquoi (?:faire|vous (?:voulez|demandez|avez besoin|en avez)|voulez-vous|mon|vous me|donner|il|me)|pour quoi faire|c'est (?:vraiment |si |bien )*(?:obligatoire|necessaire|indispensable|oblige|utile)|(?:besoin|voulez) de (?:mon|ca|savoir)|en quoi ca|qu'est-ce que ca (?:peut )?(?:vous )?(?:fait|faire|change)",
  ),
  robot: anyOf(
    `(?:vous etes|etes-vous|t'es|tu es|c'est|est-ce|je parle (?:a|avec)|impression de parler (?:a|avec)|j'ai affaire a|je suis (?:avec|tombee? sur)|un peu|ou|encore|que c'est|vous etes (?:qui|quoi)|seriez-vous) (?:pas |que |bien |toujours |encore |juste |vraiment |c'est |vous etes )*(?:un |une |a |des |le |d')*${machine}`,
  ),
  complaint: anyOf(
    "scandaleu\\w*|scandale|honteu\\w*|(?:une|la) honte|inadmissible|inacceptable|incroyable|n'importe quoi|ras[- ]le[- ]bol|ras le (?:bol|cul)|(?:j'en ai |en ai |on en a )?(?:marre|assez|plein le (?:dos|cul)|ma claque|jusque la)|(?:c'est|ca devient) (?:vraiment |quand meme |franchement |completement |plus |trop )*(?:insupportable|intolerable|penible|agacant|enervant|lamentable|ridicule|abuse|pas normal|pas serieux|nul|l'enfer|la cata|une catastrophe|catastrophique|du vol|de pire en pire|pas possible|deplorable|minable|infernal|chiant|saoulant|soulant|une blague|du foutage de gueule|la galere|epuisant|decourageant|aberrant|hallucinant|delirant)|pas (?:normal|serieux|professionnel)|vous (?:vous )?(?:moquez|fichez|foutez|payez)|foutage|me prenez pour|on se (?:moque|fiche|fout)|incompetents?|incapables?|bras casses|(?:bande de|des|vraiment) (?:nazes|nuls|branleurs|rigolos)|guignols?|rigolos?|clowns?|charlots?|branquignols?|voleurs?|escrocs?|arnaque\\w*|bande de|nuls|bon a rien|tres (?:mecontente?|enervee?|decue?|fachee?)|(?:je suis|suis|ca me rend) (?:(?:vraiment|tres|trop|super|hyper|bien|assez|plutot|un peu|carrement|completement) )*(?:furieu\\w*|enervee?|mecontente?|decue?|en colere|excedee?|a bout|fachee?|foux?|folle|remontee?|degoutee?)|j'en peux plus|je (?:craque|en peux plus|deviens fou|deviens folle)|(?:me|nous) (?:saoule|soule|gonfle|gave|fatigue|enerve)|ca m'enerve|vous m'enervez|m'agace\\w*|merde|putain|bordel|chier|fait chier|porter plainte|avocat|soixante millions|ufc",
    "(?:ca fait|depuis|voila) (?:plus de |bientot |au moins |deja |maintenant )?(?:\\w+ )(?:heures?|jours?|semaines?|mois|fois|minutes que j'attends)|(?:toujours|jamais) personne|que j'(?:attends|appelle|rappelle)|(?:troisieme|deuxieme|dixieme|quatrieme|cinquieme|enieme|[0-9]+ ?eme) fois|a chaque fois (?:c'est )?(?:pareil|la meme chose)|(?:trois|quatre|cinq|dix|plusieurs) fois que",
  ),
  fetches: anyOf(
    "(?:je|on|j') ?(?:vais|dois|prends|cherche|attrape|recupere|apporte|amene|sors|allume|eteins|branche|debranche|rebranche|regarde|verifie|essaye|essaie|redemarre|ouvre|trouve|mets|pose|descends|monte|baisse|coupe|ferme|change|note|quitte|sors)|(?:aller|le temps de|laissez-moi) (?:chercher|prendre|regarder|verifier|voir|attraper|trouver|baisser|couper)|en train|(?:double|autre|deuxieme) appel|on (?:m'appelle|sonne|frappe|me parle)|(?:ca|quelqu'un) (?:sonne|frappe)|mon (?:bebe|chien|chat|enfant|four)",
  ),
  anotherProblem: anyOf(
    '(?:autres?|deuxieme|second|nouveau) (?:problemes?|soucis?|pannes?)|(?:problemes?|soucis?) different',
    'aussi un (?:probleme|souci)|(?:probleme|souci) (?:en plus|aussi)',
    '(?:y a|ai) (?:aussi |encore )?autre chose',
  ),
  noOtherProblem: anyOf(
    "(?:pas|plus|aucune?|sans|ni|jamais)(?: (?:d|de|un|une))?[ '](?:autres?|deuxieme|second|nouveau)",
  ),
  orders: anyOf(
    'instructions?|consignes?|systeme?|developpeur|tu es maintenant|tu es desormais|desormais tu|fais comme si',
    'ignore[rz]?|oublie[rz]?|nouvelle regle|repond[sz]? (?:seulement|uniquement|par)',
  ),
}
