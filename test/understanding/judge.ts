// Judges what the desk did with a short turn of a caller: whether it agrees with the label, and whether it does harm.

type Known = {
  name: string | null
  phone: string | null
  topic: string | null
  symptom: string | null
  stepsDone: readonly string[]
  callBack: boolean
  [more: string]: unknown
}
/** A line that `bun run desk` prints. */
export type Did = {
  text: string
  did: string[]
  asking: string | null
  pending: string | null
  ended: string | null
  known: Known
}
/** A line of `short.jsonl`. */
export type Short = { at: string; topic?: string; text: string; want: string[] }
/** The number that the desk has read back when it asks `phoneConfirm`. */
const readBack = '0639981247'
/** Every reading of a short turn that what the desk did with it agrees with. */
export function readings(line: Short, result: Did): Set<string> {
  const { did, asking, pending, ended, known } = result
  const all = new Set<string>()
  const asksAgain = asking?.startsWith(line.at) === true
  const says = (start: string) => did.some((name) => name.startsWith(start))
  const goesOn = !asksAgain && ended === null
  // At a step the desk that waits has taken the words neither for done nor for stuck.
  if (did.includes('hold')) return line.at === 'step' ? all.add('wait').add('unclear') : all.add('wait')
  if (says('automatic')) all.add('robot')
  if (says('other_desk')) return all.add('other')
  if (ended === 'transfer' || says('check_technician')) all.add('human')
  if (asksAgain && !says('step_box') && pending === (line.at === 'phoneConfirm' ? readBack : null))
    for (const meaning of ['unclear', 'repeat', 'back']) all.add(meaning)
  if (known.topic !== null && known.topic !== line.topic) all.add(known.topic)
  // At `open` the desk goes on to the name and asks for the topic later.
  if (line.at === 'open' && known.topic === null && asking === 'name') all.add('unclear')
  if (known.symptom !== null && ['open', 'topic', 'symptom'].includes(line.at)) all.add(known.symptom)
  if (did.includes('solved')) all.add('yes')
  if (ended === 'goodbye' && !did.includes('solved') && !known.callBack) all.add('goodbye')
  if (pending !== null && pending !== readBack) all.add(`correction:${pending}`)
  if (known.phone !== null && known.phone !== readBack) all.add(`correction:${known.phone}`)
  if (line.at === 'phoneConfirm' && known.phone === readBack) all.add('yes')
  if (line.at === 'phoneConfirm' && known.phone === null && (asking === 'phone' || pending !== readBack))
    all.add('no')
  if (line.at === 'callBack' && known.callBack) all.add('yes')
  if (line.at === 'callBack' && ended === 'goodbye' && !known.callBack) all.add('no')
  if (line.at === 'verify' && (asking === 'step' || says('check_technician'))) all.add('no').add('stuck')
  if (line.at === 'step' && asking?.startsWith('verify')) all.add('done')
  if (line.at === 'step' && says('next_step')) all.add('stuck').add('no')
  if (line.at === 'step' && ended === 'goodbye' && did.includes('solved')) all.add('yes')
  if (line.at === 'step' && did.some((name) => name.endsWith('_help'))) all.add('confused').add('repeat')
  if (line.at === 'step' && asksAgain && says('step_') && !says('next_step'))
    for (const meaning of ['unclear', 'repeat', 'back']) all.add(meaning)
  if (line.at === 'name' && goesOn && known.name === null) all.add('refuse')
  if (line.at === 'phoneConfirm' && goesOn && known.phone === null) all.add('refuse')
  return all
}

/** Harm that a caller cannot undo: hung up as solved, hung up in mid-call, or a refused number kept. */
export function danger(line: Short, { did, ended, known }: Did): string {
  const wants = (...meanings: string[]) => meanings.some((meaning) => line.want.includes(meaning))
  if (did.includes('solved') && ended === 'goodbye' && !wants('yes', 'goodbye')) return 'hung up as solved'
  const declines = line.at === 'callBack' && wants('yes', 'no', 'refuse', 'human')
  if (ended === 'goodbye' && !did.includes('solved') && !declines && !wants('goodbye')) return 'hung up'
  if (line.at === 'phoneConfirm' && known.phone === readBack && !wants('yes')) return 'number kept'
  return ''
}
