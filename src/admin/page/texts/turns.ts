// The texts about turns that the desk could not use, and about promised call-backs.

const fr = {
  title: 'Tours incompris',
  hint: 'Ce que le bot n’a pas su utiliser : à écouter, puis à exporter pour améliorer la compréhension',
  none: 'Aucun tour incompris ne correspond.',
  question: 'À la question',
  hear: 'Écouter',
  noWords: '(aucun mot reconnu)',
  hidden: '(masqué : un numéro était dicté)',
  key: 'touche',
  meaning: 'Sens de',
  open: 'sens à trouver',
  nothing: 'rien d’utile',
  answers: 'Réponse',
  intents: 'Intention',
  problems: 'Sujet et panne',
  teach: 'Apprendre',
  export: 'Exporter',
  exported: 'Ligne exportée :',
}

const callBacksFr = {
  title: 'Rappels promis',
  hint: 'Les appelants qui attendent un rappel, du plus ancien au plus récent.',
  none: 'Personne n’attend de rappel.',
  columns: {
    promised: 'Promis',
    name: 'Nom',
    phone: 'Numéro',
    problem: 'Problème',
    language: 'Langue',
    done: 'Fait',
  },
  done: 'C’est fait',
  doneSaid: 'Rappel retiré de la liste.',
  unknown: 'non donné',
}

const en: typeof fr = {
  title: 'Turns not understood',
  hint: 'What the bot could not use: hear it, then export it to teach the understanding',
  none: 'No turn that was not understood matches.',
  question: 'At the question',
  hear: 'Hear',
  noWords: '(no words recognised)',
  hidden: '(hidden: a number was dictated)',
  key: 'key',
  meaning: 'Meaning of',
  open: 'meaning still open',
  nothing: 'nothing of use',
  answers: 'Answer',
  intents: 'Intention',
  problems: 'Topic and fault',
  teach: 'Teach',
  export: 'Export',
  exported: 'Line exported:',
}

const callBacksEn: typeof callBacksFr = {
  title: 'Promised call-backs',
  hint: 'The callers who wait to be called back, the oldest promise first.',
  none: 'Nobody waits for a call-back.',
  columns: {
    promised: 'Promised',
    name: 'Name',
    phone: 'Number',
    problem: 'Problem',
    language: 'Language',
    done: 'Done',
  },
  done: 'It is done',
  doneSaid: 'The call-back left the list.',
  unknown: 'not given',
}

export const turnTexts = { fr, en }
export const callBackTexts = { fr: callBacksFr, en: callBacksEn }
