// What a complete walk has to reach.

/** Every question that the model can have open. */
export const questions = [
  ...['diagnostic/symptom', 'diagnostic/topic', 'goodbye/callBack', 'goodbye/phone', 'goodbye/phoneConfirm'],
  ...['identification/name', 'identification/phone', 'identification/phoneConfirm', 'solution/step'],
  ...['verification/technician', 'verification/verify', 'welcome/open'],
]

/** The transitions from each state. One decision may make several in a row. */
const edges: Record<string, string> = {
  init: 'welcome goodbye transfer error',
  welcome: 'identification verification goodbye transfer error',
  identification: 'diagnostic verification goodbye transfer error',
  diagnostic: 'solution verification goodbye transfer error',
  solution: 'verification diagnostic goodbye transfer error',
  verification: 'solution identification diagnostic goodbye transfer error',
  goodbye: 'identification diagnostic verification transfer error',
}
/** Every transition that the machine has to make somewhere. */
export const transitions = Object.entries(edges).flatMap(([from, to]) =>
  to.split(' ').map((name) => `${from} > ${name}`),
)
