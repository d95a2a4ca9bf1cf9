// The words of the processing sheet, in both languages, and a starting point for each vendor. The entries about vendors
// were not checked against their contracts, and the sheet says so: the operator's own contract decides.

const fr = {
  language: 'fr' as 'fr' | 'en',
  title: 'Fiche de traitement : standard automatique',
  intro:
    'Établie à partir des réglages de ce serveur. Elle aide à tenir le registre des traitements ; elle ' +
    "n'est pas un conseil juridique. Responsable, base légale et destinataires internes restent à " +
    'compléter.',
  dataTitle: 'Données et durées',
  dataHead: ['données', 'où', 'combien de temps'],
  audio: "son de l'appel (deux voix)",
  transcript:
    'transcription avec ses heures, nom, numéros (de la ligne et appelé compris), problème, choix sur l’enregistrement',
  inputs:
    'entrées de l’appel, pour le rejouer : mots, touches, ligne et réponses du modèle, avec leurs heures',
  index: 'index de recherche : mots, nom et numéros ; place des tours incompris',
  statistics: 'statistiques sans mots, nom ni numéro',
  memory: 'derniers appels terminés (200 au plus)',
  inMemory: 'mémoire du serveur',
  memoryTime: "jusqu'au redémarrage",
  log: 'journal',
  logPlain: 'sortie du serveur, sans paroles ni numéros',
  logPrivate: 'sortie du serveur, paroles et numéros compris (LOG_PRIVATE=1)',
  logTime: 'selon le système de journaux',
  next: 'nom, numéro, problème, remis au conseiller',
  nextTime: 'quelques minutes ici ; ensuite selon Asterisk',
  none: 'rien',
  days: 'jours',
  recordingTitle: 'Enregistrement',
  policies: {
    off: "Les appels ne sont pas enregistrés ; l'accueil dit que l'assistant est automatique.",
    notice:
      'Les appels sont enregistrés après une annonce (finalité et refus). La touche 8 ou les mots « sans ' +
      "enregistrement » arrêtent l'enregistrement et effacent le son aussitôt. Sans annonce entendue en " +
      "entier, aucun son n'est conservé.",
    consent:
      "On demande l'accord d'abord. Sans oui, aucun son n'est écrit. Un accord se retire par la touche 8.",
  },
  pauseOn: 'Pendant un numéro de téléphone, le son et la transcription se taisent (RECORDING_PAUSE=1).',
  pauseOff: 'Les numéros dictés sont enregistrés comme le reste (RECORDING_PAUSE=0).',
  toldTitle: "Ce que l'appelant entend",
  vendorsTitle: 'Sous-traitants',
  vendorsHead: ['prestataire', 'reçoit', 'hébergé', 'conservation selon le prestataire'],
  gets: {
    stt: "la voix de l'appelant",
    llm: 'la transcription des derniers échanges',
    tts: 'les phrases à dire',
  },
  inside: 'dans ce serveur',
  here: 'cette machine',
  unknownHost: 'lieu inconnu, à vérifier',
  unknownVendor: 'à vérifier dans le contrat',
  traces: 'durées des tours, sans paroles',
  lookup: 'numéro de la ligne, numéro appelé',
  webhooks:
    'numéros, nom, problème et résumé, sans transcription ; sans nom ni numéro après un refus ' +
    "d'enregistrement, sauf rappel demandé",
  vendorsNote:
    "Le refus d'enregistrement ne change rien à ces prestataires : la voix est reconnue pendant l'appel, " +
    "enregistrée ou non. Les lieux et durées des prestataires n'ont pas été comparés à vos contrats : vérifiez-les.",
  rightsTitle: 'Droits des personnes',
  rights: [
    'Opposition : touche 8 ou paroles, à tout moment.',
    'Accès : `bun run access <numéro>`.',
    'Effacement : `bun run erase <numéro>`.',
  ],
}
export type Sheet = typeof fr

const en: Sheet = {
  language: 'en',
  title: 'Processing sheet: automatic desk',
  intro:
    'Made from the settings of this server. It helps to keep the record of processing activities; it is ' +
    'no legal advice. Controller, legal basis and internal recipients are to be filled in.',
  dataTitle: 'Data and terms',
  dataHead: ['data', 'where', 'how long'],
  audio: 'audio of the call (two voices)',
  transcript:
    'transcript with its times, name, numbers (of the line and dialled included), problem, choice about the recording',
  inputs:
    'inputs of the call, to play it again: words, keys, line and answers of the model, with their times',
  index: 'search index: words, name and numbers; where the turns are that were not understood',
  statistics: 'statistics without words, name or number',
  memory: 'last ended calls (200 at most)',
  inMemory: 'memory of the server',
  memoryTime: 'until the restart',
  log: 'log',
  logPlain: 'output of the server, without words or numbers',
  logPrivate: 'output of the server, words and numbers included (LOG_PRIVATE=1)',
  logTime: 'as the log system keeps it',
  next: 'name, number, problem, handed to the technician',
  nextTime: 'some minutes here; then as Asterisk keeps it',
  none: 'nothing',
  days: 'days',
  recordingTitle: 'Recording',
  policies: {
    off: 'Calls are not recorded; the welcome says that the assistant is automatic.',
    notice:
      'Calls are recorded after a notice (purpose and refusal). Key 8 or the words “no recording” stop the ' +
      'recording and delete the audio at once. Without a notice heard to its end, no audio is kept.',
    consent: 'The desk asks first. Without a yes no audio is written. Key 8 takes a yes back.',
  },
  pauseOn: 'While a telephone number is given, audio and transcript are silent (RECORDING_PAUSE=1).',
  pauseOff: 'Numbers that are dictated are recorded like everything else (RECORDING_PAUSE=0).',
  toldTitle: 'What callers hear',
  vendorsTitle: 'Processors',
  vendorsHead: ['vendor', 'gets', 'hosted', 'retention according to the vendor'],
  gets: {
    stt: 'the voice of the caller',
    llm: 'the transcript of the last turns',
    tts: 'the sentences to say',
  },
  inside: 'inside this server',
  here: 'this machine',
  unknownHost: 'place unknown, to be checked',
  unknownVendor: 'to be checked in the contract',
  traces: 'times of the turns, without words',
  lookup: 'number of the line, dialled number',
  webhooks:
    'numbers, name, problem and summary, no transcript; no name or number after a refused recording, ' +
    'unless a call back is asked for',
  vendorsNote:
    'Refusing the recording changes nothing for these vendors: speech is recognised during the call, ' +
    'recorded or not. Places and retention of the vendors were not compared with your contracts: check them.',
  rightsTitle: 'Rights of persons',
  rights: [
    'Objection: key 8 or words, at any time.',
    'Access: `bun run access <number>`.',
    'Erasure: `bun run erase <number>`.',
  ],
}
export const sheets = { fr, en } as const

type Note = Readonly<Record<'fr' | 'en', string>>

/** Where the vendors' usual addresses are; an address of one's own is the operator's to know. */
export const hostNotes: Readonly<Record<string, Note>> = {
  'api.deepgram.com': { fr: 'États-Unis', en: 'United States' },
  'api.eu.deepgram.com': { fr: 'Union européenne', en: 'European Union' },
  'api.groq.com': { fr: 'États-Unis, autres régions possibles', en: 'United States, other regions possible' },
  'api.mistral.ai': {
    fr: 'point d’accès mondial d’une société française ; api.eu.mistral.ai reste dans l’UE et l’AELE',
    en: 'global endpoint of a French company; api.eu.mistral.ai stays in the EU and EFTA',
  },
  'api.eu.mistral.ai': { fr: 'Union européenne et AELE', en: 'European Union and EFTA' },
  'api.openai.com': { fr: 'États-Unis', en: 'United States' },
  'eu.api.openai.com': { fr: 'Union européenne', en: 'European Union' },
}

/** Retention by default, and the opt-outs that our requests set. */
export const vendorNotes: Readonly<Record<string, Note>> = {
  deepgram: {
    fr:
      "refus d'entraînement (`mip_opt_out`) dans chaque requête, sauf avec `DEEPGRAM_MIP_OPT_OUT=0` ; " +
      'pas de conservation annoncée alors',
    en:
      'every request opts out of training (`mip_opt_out`), unless `DEEPGRAM_MIP_OPT_OUT=0`; ' +
      'no retention is announced then',
  },
  groq: {
    fr: 'pas de conservation annoncée par défaut, sauf journaux de sûreté ; rien de plus n’est réglé ici',
    en: 'no retention announced by default, except safety logs; nothing more is set here',
  },
  mistral: {
    fr: "jusqu'à 30 jours annoncés pour la surveillance des abus ; rien de plus n’est réglé ici",
    en: 'up to 30 days announced for abuse monitoring; nothing more is set here',
  },
  openai: {
    fr: "jusqu'à 30 jours annoncés pour la surveillance des abus, pas d'entraînement ; rien de plus n’est réglé ici",
    en: 'up to 30 days announced for abuse monitoring, no training; nothing more is set here',
  },
}
