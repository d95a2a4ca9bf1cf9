// The page /call in French.

export const fr = {
  name: 'Français',
  // With a hyphen that lines are not broken at.
  title: 'Service après‑vente Wouippleul',
  intro: 'Notre assistant vous répond tout de suite. Parlez, appuyez sur les touches ou écrivez.',
  language: 'Langue',
  call: 'Appeler',
  callAgain: 'Rappeler',
  hangUp: 'Raccrocher',
  keypad: 'Touches du téléphone',
  transcript: 'Conversation',
  you: 'Vous',
  agent: 'Assistant',
  interrupted: '(interrompu)',
  write: 'Écrire à l’assistant',
  writeHere: 'Écrire…',
  send: 'Envoyer',
  dismiss: 'Fermer ce message',

  connecting: 'Appel en cours…',
  live: 'En ligne',
  agentSpeaks: 'L’assistant parle',
  callerSpeaks: 'L’assistant vous écoute',
  reconnecting: 'Reconnexion… Restez en ligne.',
  ended: 'Appel terminé',
  allowMicrophone: 'Autorisez le micro si votre navigateur le demande.',
  byWebsocket: 'Liaison de secours : le son peut être un peu moins bon.',

  microphones: {
    insecure:
      'Pas de micro : cette page est ouverte sans chiffrement (http). Ouvrez-la en https, ou sur localhost. ' +
      'En attendant, répondez par les touches ou par écrit.',
    refused:
      'Micro non autorisé. Autorisez-le dans les réglages de votre navigateur, puis rappelez. ' +
      'En attendant, répondez par les touches ou par écrit.',
    none:
      'Aucun micro trouvé. Branchez-en un, puis rappelez. ' +
      'En attendant, répondez par les touches ou par écrit.',
    busy:
      'Le micro est utilisé par une autre application. Fermez-la, puis rappelez. ' +
      'En attendant, répondez par les touches ou par écrit.',
  },
  outcomes: {
    goodbye: 'Merci de votre appel.',
    transfer:
      'Un technicien doit prendre la suite, et cette page ne peut pas vous le passer : ' +
      'appelez-nous par téléphone.',
    hangup: 'Vous avez raccroché.',
    busy: 'Toutes nos lignes sont occupées. Rappelez dans quelques minutes.',
    lost: 'La connexion a été coupée. Vérifiez votre réseau, puis rappelez.',
    error: 'Un problème technique a interrompu l’appel. Rappelez dans quelques minutes.',
  } as Record<string, string>,
  problems: {
    busy: 'Toutes nos lignes sont occupées. Rappelez dans quelques minutes.',
    too_many_peers: 'Trop d’appels commencent en même temps. Rappelez dans dix secondes.',
    link_expired: 'Cette page est ouverte depuis trop longtemps. Rechargez la page du site, puis appelez.',
    link_used: 'Cette page a déjà servi à plusieurs appels. Rechargez la page du site, puis appelez.',
    no_link: 'Cette page s’ouvre depuis notre site. Retournez sur le site, puis appelez.',
    bad_token: 'Cette page n’est plus valable. Rechargez la page du site, puis appelez.',
    unreachable: 'Le service ne répond pas. Vérifiez votre connexion à Internet, puis rappelez.',
    failed: 'L’appel n’a pas pu être établi. Rappelez dans quelques minutes.',
  } as Record<string, string>,
}

/** Same names in each language. */
export type CallTexts = typeof fr
