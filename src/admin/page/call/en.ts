// The page /call in English.

import type { CallTexts } from './fr.ts'

export const en: CallTexts = {
  name: 'English',
  title: 'Wouippleul after‑sales service',
  intro: 'Our assistant answers right away. Speak, press the keys, or write.',
  language: 'Language',
  call: 'Call',
  callAgain: 'Call again',
  hangUp: 'Hang up',
  keypad: 'Telephone keys',
  transcript: 'Conversation',
  you: 'You',
  agent: 'Assistant',
  interrupted: '(interrupted)',
  write: 'Write to the assistant',
  writeHere: 'Write…',
  send: 'Send',
  dismiss: 'Close this message',

  connecting: 'Calling…',
  live: 'Connected',
  agentSpeaks: 'The assistant is speaking',
  callerSpeaks: 'The assistant is listening',
  reconnecting: 'Reconnecting… Stay on the line.',
  ended: 'Call ended',
  allowMicrophone: 'Allow the microphone if your browser asks.',
  byWebsocket: 'Backup connection: the sound may be a little worse.',

  microphones: {
    insecure:
      'No microphone: this page was opened without encryption (http). Open it by https, or on localhost. ' +
      'Meanwhile, answer with the keys or in writing.',
    refused:
      'The microphone is not allowed. Allow it in your browser’s settings, then call again. ' +
      'Meanwhile, answer with the keys or in writing.',
    none:
      'No microphone was found. Connect one, then call again. ' +
      'Meanwhile, answer with the keys or in writing.',
    busy:
      'Another application uses the microphone. Close it, then call again. ' +
      'Meanwhile, answer with the keys or in writing.',
  },
  outcomes: {
    goodbye: 'Thank you for calling.',
    transfer: 'A technician has to take over, and this page cannot put you through: please telephone us.',
    hangup: 'You hung up.',
    busy: 'All our lines are busy. Call again in a few minutes.',
    lost: 'The connection was cut. Check your network, then call again.',
    error: 'A technical problem ended the call. Call again in a few minutes.',
  },
  problems: {
    busy: 'All our lines are busy. Call again in a few minutes.',
    too_many_peers: 'Too many calls are beginning at once. Call again in ten seconds.',
    link_expired: 'This page has been open for too long. Reload the page of the site, then call.',
    link_used: 'This page has already made several calls. Reload the page of the site, then call.',
    no_link: 'This page is opened from our site. Go back to the site, then call.',
    bad_token: 'This page is no longer valid. Reload the page of the site, then call.',
    unreachable: 'The service does not answer. Check your Internet connection, then call again.',
    failed: 'The call could not be connected. Call again in a few minutes.',
  },
}
