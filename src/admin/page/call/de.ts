// The page /call in German.

import type { CallTexts } from './fr.ts'

export const de: CallTexts = {
  name: 'Deutsch',
  title: 'Wouippleul Kundendienst',
  intro: 'Unser Assistent antwortet sofort. Sprechen Sie, drücken Sie die Tasten oder schreiben Sie.',
  language: 'Sprache',
  call: 'Anrufen',
  callAgain: 'Noch einmal anrufen',
  hangUp: 'Auflegen',
  keypad: 'Telefontasten',
  transcript: 'Gespräch',
  you: 'Sie',
  agent: 'Assistent',
  interrupted: '(unterbrochen)',
  write: 'Dem Assistenten schreiben',
  writeHere: 'Schreiben…',
  send: 'Senden',
  dismiss: 'Diese Meldung schließen',

  connecting: 'Anruf läuft…',
  live: 'Verbunden',
  agentSpeaks: 'Der Assistent spricht',
  callerSpeaks: 'Der Assistent hört zu',
  reconnecting: 'Neu verbinden… Bleiben Sie dran.',
  ended: 'Anruf beendet',
  allowMicrophone: 'Erlauben Sie das Mikrofon, wenn der Browser fragt.',
  byWebsocket: 'Ersatzverbindung: Der Ton kann etwas schlechter sein.',

  microphones: {
    insecure:
      'Kein Mikrofon: Diese Seite wurde unverschlüsselt (http) geöffnet. ' +
      'Öffnen Sie sie mit https oder auf localhost. ' +
      'Antworten Sie so lange mit den Tasten oder schriftlich.',
    refused:
      'Das Mikrofon ist nicht erlaubt. ' +
      'Erlauben Sie es in den Einstellungen des Browsers und rufen Sie noch einmal an. ' +
      'Antworten Sie so lange mit den Tasten oder schriftlich.',
    none:
      'Kein Mikrofon gefunden. Schließen Sie eines an und rufen Sie noch einmal an. ' +
      'Antworten Sie so lange mit den Tasten oder schriftlich.',
    busy:
      'Ein anderes Programm benutzt das Mikrofon. Schließen Sie es und rufen Sie noch einmal an. ' +
      'Antworten Sie so lange mit den Tasten oder schriftlich.',
  },
  outcomes: {
    goodbye: 'Danke für Ihren Anruf.',
    transfer:
      'Ein Techniker muss übernehmen, und diese Seite kann Sie nicht verbinden: ' +
      'Bitte rufen Sie uns per Telefon an.',
    hangup: 'Sie haben aufgelegt.',
    busy: 'Alle unsere Leitungen sind belegt. Rufen Sie in einigen Minuten noch einmal an.',
    lost: 'Die Verbindung ist abgebrochen. Prüfen Sie Ihr Netz und rufen Sie noch einmal an.',
    error: 'Ein technisches Problem hat den Anruf beendet. Rufen Sie in einigen Minuten noch einmal an.',
  },
  problems: {
    busy: 'Alle unsere Leitungen sind belegt. Rufen Sie in einigen Minuten noch einmal an.',
    too_many_peers: 'Zu viele Anrufe beginnen gleichzeitig. Rufen Sie in zehn Sekunden noch einmal an.',
    link_expired:
      'Diese Seite ist zu lange offen. Laden Sie die Seite der Website neu und rufen Sie dann an.',
    link_used:
      'Mit dieser Seite wurde schon mehrmals angerufen. ' +
      'Laden Sie die Seite der Website neu und rufen Sie dann an.',
    no_link:
      'Diese Seite wird von unserer Website aus geöffnet. Gehen Sie dorthin zurück und rufen Sie dann an.',
    bad_token: 'Diese Seite gilt nicht mehr. Laden Sie die Seite der Website neu und rufen Sie dann an.',
    unreachable:
      'Der Dienst antwortet nicht. Prüfen Sie Ihre Internetverbindung und rufen Sie noch einmal an.',
    failed: 'Der Anruf kam nicht zustande. Rufen Sie in einigen Minuten noch einmal an.',
  },
}
