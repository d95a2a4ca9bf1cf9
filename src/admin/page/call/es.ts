// The page /call in Spanish.

import type { CallTexts } from './fr.ts'

export const es: CallTexts = {
  name: 'Español',
  title: 'Servicio posventa Wouippleul',
  intro: 'Nuestro asistente le responde enseguida. Hable, pulse las teclas o escriba.',
  language: 'Idioma',
  call: 'Llamar',
  callAgain: 'Volver a llamar',
  hangUp: 'Colgar',
  keypad: 'Teclas del teléfono',
  transcript: 'Conversación',
  you: 'Usted',
  agent: 'Asistente',
  interrupted: '(interrumpido)',
  write: 'Escribir al asistente',
  writeHere: 'Escribir…',
  send: 'Enviar',
  dismiss: 'Cerrar este mensaje',

  connecting: 'Llamando…',
  live: 'En línea',
  agentSpeaks: 'El asistente habla',
  callerSpeaks: 'El asistente le escucha',
  reconnecting: 'Reconectando… No cuelgue.',
  ended: 'Llamada terminada',
  allowMicrophone: 'Permita el micrófono si el navegador lo pide.',
  byWebsocket: 'Conexión de reserva: el sonido puede ser algo peor.',

  microphones: {
    insecure:
      'Sin micrófono: esta página se abrió sin cifrado (http). Ábrala con https, o en localhost. ' +
      'Mientras tanto, responda con las teclas o por escrito.',
    refused:
      'El micrófono no está permitido. Permítalo en los ajustes del navegador y vuelva a llamar. ' +
      'Mientras tanto, responda con las teclas o por escrito.',
    none:
      'No se encontró ningún micrófono. Conecte uno y vuelva a llamar. ' +
      'Mientras tanto, responda con las teclas o por escrito.',
    busy:
      'Otra aplicación usa el micrófono. Ciérrela y vuelva a llamar. ' +
      'Mientras tanto, responda con las teclas o por escrito.',
  },
  outcomes: {
    goodbye: 'Gracias por su llamada.',
    transfer: 'Debe seguir un técnico, y esta página no puede pasarle con él: llámenos por teléfono.',
    hangup: 'Ha colgado.',
    busy: 'Todas nuestras líneas están ocupadas. Vuelva a llamar en unos minutos.',
    lost: 'Se cortó la conexión. Compruebe su red y vuelva a llamar.',
    error: 'Un problema técnico interrumpió la llamada. Vuelva a llamar en unos minutos.',
  },
  problems: {
    busy: 'Todas nuestras líneas están ocupadas. Vuelva a llamar en unos minutos.',
    too_many_peers: 'Demasiadas llamadas empiezan a la vez. Vuelva a llamar en diez segundos.',
    link_expired: 'Esta página lleva demasiado tiempo abierta. Recargue la página del sitio y llame.',
    link_used: 'Esta página ya ha hecho varias llamadas. Recargue la página del sitio y llame.',
    no_link: 'Esta página se abre desde nuestro sitio. Vuelva al sitio y llame.',
    bad_token: 'Esta página ya no es válida. Recargue la página del sitio y llame.',
    unreachable: 'El servicio no responde. Compruebe su conexión a Internet y vuelva a llamar.',
    failed: 'No se pudo establecer la llamada. Vuelva a llamar en unos minutos.',
  },
}
