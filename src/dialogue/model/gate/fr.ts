// The gate's words in French.

import { anyWord, type GateLexicon, wordList, wordSet } from './lexicon.ts'

export const frenchGate: GateLexicon = {
  numbers: {
    ...{
      zero: 0,
      deux: 2,
      trois: 3,
      quatre: 4,
      cinq: 5,
      six: 6,
      sept: 7,
      huit: 8,
      neuf: 9,
      dix: 10,
      onze: 11,
    },
    ...{ douze: 12, treize: 13, quatorze: 14, quinze: 15, seize: 16, vingt: 20, vingts: 20, trente: 30 },
    ...{ quarante: 40, cinquante: 50, soixante: 60, septante: 70, huitante: 80, octante: 80, nonante: 90 },
    ...{ cent: 100, cents: 100, mille: 1_000, million: 1e6, millions: 1e6, milliard: 1e9, milliards: 1e9 },
    ...{
      dizaine: 10,
      dizaines: 10,
      douzaine: 12,
      quinzaine: 15,
      vingtaine: 20,
      trentaine: 30,
      centaine: 100,
    },
  },
  units: anyWord(`
        euro*, centime*, seconde*, minute*, heure*, jour, jours, journee*, semaine*, mois, an, ans, annee*`),
  claims: [
    {
      name: 'money',
      pattern: anyWord(`
        euro*, centime*, dollar*, prix, tarif*, gratuit*, offert*, offrons, offre, offrir, cadeau*
        rembours*, remise, reduction*, rabais, promotion*, bon d achat, un avoir, avoir de, credit*
        dedommag*, indemni*, compens*, geste commercial, factur*, paye*, payer*, paiement*, prelev*
        virement*, cheque*, frais, cout*, argent, bancaire*, banque*, iban, rib, abonnement*`),
    },
    {
      name: 'date',
      pattern: new RegExp(
        `${
          anyWord(`
        demain, apres demain, aujourd hui, ce soir, cet apres midi, cette semaine, cette nuit, lundi, mardi
        mercredi, jeudi, vendredi, samedi, dimanche, janvier, fevrier, mars, avril, juin, juillet, aout
        septembre, octobre, novembre, decembre, midi, minuit, d ici, prochain*, delai*, week end, demi heure`)
            .source
        }|(?<!depuis )\\bce matin\\b`,
      ),
    },
    { name: 'hours', pattern: anyWord('heure*') },
    { name: 'minutes', pattern: anyWord('minute*') },
    { name: 'seconds', pattern: anyWord('secondes') },
    { name: 'days', pattern: anyWord('jour, jours, journee*, semaine*, mois, an, ans, annee*') },
    { name: 'callBack', pattern: anyWord('rappel*, recontact*, rappeller*') },
    {
      name: 'technician',
      pattern: anyWord('technicien*, intervention*, interven*, depann*, equipe*, collegue*, expert*'),
      approvedBy: anyWord('technicien*, intervention*, interven*, depann*, rappel*'),
    },
    {
      name: 'visit',
      pattern: anyWord('rendez vous, chez vous, a domicile, deplac*, passera*, viendra*, se rendra*'),
    },
    {
      name: 'sending',
      pattern: anyWord('envoie*, envoy*, enverr*, livr*, expedi*, colis, courrier, recevrez, recevoir'),
    },
    {
      name: 'promise',
      pattern: anyWord(`
        garanti*, promet*, promis*, promesse*, je m engage, nous nous engageons, certifi*, je vous assure
        jur*`),
    },
    {
      name: 'adviser',
      pattern: anyWord(`
        conseiller*, conseillere*, superviseur*, responsable*, directeur*, direction, manager, transfer*
        vous passe, mets en relation, basculer*, humain*`),
    },
    { name: 'replacement', pattern: anyWord('remplac*, echang*, nouvelle box, box neuve, box de pret') },
    {
      name: 'contract',
      pattern: anyWord(`
        resili*, annul*, suspend*, suspension, desactive votre, desactiver votre, modifie votre
        changer d offre, autre offre, engagement, avocat*, plainte*, tribunal, dossier*`),
    },
    {
      name: 'outage',
      pattern: anyWord(`
        panne generale, panne nationale, panne dans, panne sur, panne de, secteur, incident*, travaux
        maintenance, perturbation*, defaillan*, operateur*, antenne*, intemperie*, defectueu*, hors service
        pirat*, vol, vole`),
    },
    {
      name: 'solved',
      pattern: anyWord(`
        resolu*, repare*, retabli*, regle, reglee, corrige*, refonctionne*, de nouveau, a nouveau
        est revenu*, dans l ordre, valide*, confirme*, est enregistre*`),
      inStatements: true,
    },
    {
      name: 'secret',
      pattern: anyWord(`
        mot de passe, mots de passe, code, codes, carte bancaire, carte bleue, carte de credit, identifiant*
        numero de carte, numero de compte, securite sociale, date de naissance, adresse*, mail, e mail
        email, courriel, piece d identite, cryptogramme, securite`),
    },
    {
      name: 'identity',
      pattern: anyWord(`
        je m appelle, mon nom est, mon prenom, je ne suis pas un robot, pas un robot, pas une machine
        pas un assistant, suis une personne, suis une vraie, suis un vrai, suis un homme, suis une femme
        suis humain*, suis le, suis la, suis un conseiller, suis un technicien, suis votre`),
    },
    {
      name: 'machine',
      pattern: anyWord(`
        instruction*, consigne*, prompt*, modele de langage, modele, intelligence artificielle, chatgpt
        openai, json, systeme*, balise*, outil*, fonction, python, developpeur*, programme*, jailbreak
        etape, script*`),
    },
    {
      name: 'web',
      pattern: anyWord(`
        site, sites, lien, liens, www, http, https, point fr, point com, point net, arobase, sms, telecharg*
        application*, install*, logiciel*, cliquez, cliquer, google, concurrent*`),
    },
    {
      name: 'insult',
      pattern: anyWord(`
        idiot*, imbecile*, stupide*, connard*, connasse*, con, conne, merde, nul, nulle, gueule, abruti*
        debile*, taisez, menteur*, ridicule*, foutre, fous, cretin*`),
    },
  ],
  functionWords: wordSet(`
    le la les l de des du d un une et ou est es sont suis c ce cet cette ces ca cela vous nous je j il elle
    on ils elles que qu qui quoi quel quelle quels quelles dont pour par pas ne n plus dans sur sous avec
    sans votre vos notre nos mon ma mes son sa ses leur leurs a au aux en y si se s me m te t moi toi lui
    eux puis donc or ni car mais comme tout tous toute toutes tres bien aussi alors ainsi ici la bas entre
    vers chez etre avoir avez avons ont ai as etes sommes ete peu peut pouvez puis soit fait faire faites
    oui non meme encore deja jusqu jusque lorsque quand comment pourquoi combien aucun aucune autre autres
    celui celle ceux cela`),
  talk: wordList(`
    bonjour bonsoir merci beaucoup madame monsieur mademoiselle mesdames enchante parfait super genial bravo
    formidable excellent entendu evidemment volontiers certainement naturellement absolument exactement
    effectivement justement accord certes bon bonne bons bonnes bien sur sure voila ah oh allo tiens
    vraiment tellement seulement simplement simple tranquillement doucement lentement rapidement calmement
    ensemble maintenant present presentement ensuite apres avant abord enfin finalement commencer commencons
    continuer continuez continuons avancer avancons reprendre reprenons recommencer recommence essayer
    essayons essayez tenter tentons passer passons regarder regardons regardez voir vois voyons voyez
    verifier verifions verifiez comprendre comprends comprenons compris entendre entends entendu ecouter
    ecoute saisir saisi suivre suivi noter note notons dire dites redire redites parler parlez repeter
    repetez redonner donner donnez indiquer indiquez preciser precisez precision precisions expliquer
    explique raconter racontez rappeler aider aide aidez occuper occupe accompagner accompagne guider guide
    proposer propose vouloir voulez voudriez voudrais souhaiter souhaitez aimeriez desirez pouvoir pouvez
    pourriez pourrait puis faudrait faut devoir devez savoir savez attendre attendez attends patienter
    patientez patiente patience prendre prenez prend temps moment instant rester reste restez revenir
    revient revenue aller allez allons vais venir vient tenir mettre mettez remettre remettez enlever
    enlevez retirer retirez sortir sortez ouvrir ouvrez fermer fermez appuyer appuyez choisir choisissez
    entrer entrez brancher debrancher rebrancher redemarrer redemarrage redemarrons allumer rallumer
    eteindre couper coupez activer desactiver connecter reconnecter rapprocher approcher situer trouver
    trouve trouvez compter comptez laisser laissez terminer termine fini finir pret prete cas chose choses
    facon maniere fois etape gauche droite cote cotes devant derriere arriere avant dessous dessus haut bas
    pres place lieu endroit fil cable courant prise electrique electricite lumiere voyant bouton ecran
    clavier touche touches reglage parametre menu mode appareil appareils ordinateur tablette portable
    smartphone mobile telephone box modem routeur boitier decodeur television telesviseur tele fixe ligne
    reseau signal connexion internet wifi fibre donnees appel appels message carte sim forfait maison
    domicile debit lenteur lent coupure coupe panne probleme problemes souci soucis difficulte difficultes
    ennui situation demande question reponse desole desolee navre navree excuse excuses excusez pardon
    pardonnez regrette regret desagrement gene genant penible embetant ennuyeux enervant frustrant agreable
    desagreable agacement inquietude inquietez inquieter souci grave normal facile possible certain certaine
    nom prenom famille contrat numero chiffre chiffres personne assistant automatique service clientele
    client votre plait prie volontiers heureux heureuse ravi ravie plaisir content contente joindre
    contacter marche marcher fonctionner fonctionne remarcher semble sembler apprendre apprend plutot
    toujours jamais souvent parfois peut etre environ presque complet complete completement entierement
    correct correctement mauvais mauvaise mieux pire petit petite grand grande autrement nouveau nouvelle
    autre meme matin hier soir nuit depuis tromper trompe erreur confondre prefere preferez besoin presenter
    presente joue jouer cours train quelques mots mot quelque racontez passe passer arrive arriver trop rien
    plein telle tel`),
}
