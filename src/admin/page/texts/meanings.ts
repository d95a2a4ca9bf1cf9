// The desk's questions in words, and what can be understood in an answer: the fields of an Understanding and their
// values. Names of topics, symptoms, steps and notes come from the desk.

export type MeaningTexts = {
  /** By the names of desk/script.ts. */
  questions: Record<string, string>
  /** By the names of understanding/types.ts. */
  fields: Record<string, string>
  /** Values of `answer` and `intent`, and what only the trained reader tells. */
  values: Record<string, string>
}

const fr: MeaningTexts = {
  questions: {
    consent: 'Accord pour l’enregistrement',
    open: 'Première demande',
    name: 'Nom',
    phone: 'Numéro de téléphone',
    phoneConfirm: 'Numéro relu',
    topic: 'Sujet',
    symptom: 'Panne',
    step: 'Geste à faire',
    verify: 'Est-ce réparé ?',
    technician: 'Recherche d’un technicien',
    callBack: 'Proposition de rappel',
  },
  fields: {
    answer: 'réponse',
    topic: 'sujet',
    intent: 'intention',
    phone: 'numéro',
    digits: 'chiffres',
    otherDigits: 'autres lectures des chiffres',
    ambiguous: 'numéro ambigu',
    name: 'nom',
    symptom: 'panne',
    notes: 'à noter',
    tried: 'déjà essayé',
    anotherProblem: 'autre problème',
    language: 'langue voulue',
    objects: 'refuse l’enregistrement',
    givesOrders: 's’adresse à la machine',
    doubtful: 'à faire confirmer',
    evident: 'réponse nette',
  },
  values: {
    true: 'oui',
    yes: 'oui',
    no: 'non',
    human: 'veut parler à quelqu’un',
    repeat: 'veut réentendre',
    wait: 'demande d’attendre',
    goodbye: 'prend congé',
    done: 'c’est fait',
    stuck: 'ça ne marche pas',
    confused: 'ne comprend pas',
    otherDesk: 'relève d’un autre service',
    other: 'relève d’un autre service',
    solved: 'déjà réparé',
    back: 'est de retour',
    refuse: 'ne veut pas répondre',
    robot: 'demande si c’est un robot',
    complaint: 'en colère',
    unclear: 'ne dit rien d’utile',
    name: 'donne son nom',
  },
}

const en: MeaningTexts = {
  questions: {
    consent: 'Agreement to the recording',
    open: 'First request',
    name: 'Name',
    phone: 'Telephone number',
    phoneConfirm: 'Number read back',
    topic: 'Topic',
    symptom: 'Fault',
    step: 'Step to do',
    verify: 'Does it work?',
    technician: 'Search for a technician',
    callBack: 'Offer of a call-back',
  },
  fields: {
    answer: 'answer',
    topic: 'topic',
    intent: 'intention',
    phone: 'number',
    digits: 'digits',
    otherDigits: 'other readings of the digits',
    ambiguous: 'ambiguous number',
    name: 'name',
    symptom: 'fault',
    notes: 'to note',
    tried: 'tried already',
    anotherProblem: 'another problem',
    language: 'language wanted',
    objects: 'objects to the recording',
    givesOrders: 'speaks to the machinery',
    doubtful: 'to be confirmed',
    evident: 'plain answer',
  },
  values: {
    true: 'yes',
    yes: 'yes',
    no: 'no',
    human: 'wants to speak with a person',
    repeat: 'wants to hear it again',
    wait: 'asks to wait',
    goodbye: 'says goodbye',
    done: 'it is done',
    stuck: 'it does not work',
    confused: 'does not understand',
    otherDesk: 'business of another desk',
    other: 'business of another desk',
    solved: 'works again already',
    back: 'is back',
    refuse: 'does not want to answer',
    robot: 'asks whether it is a robot',
    complaint: 'angry',
    unclear: 'says nothing of use',
    name: 'gives a name',
  },
}

export const meaningTexts = { fr, en }
