import { expect, setDefaultTimeout, test } from 'bun:test'
import { CallLab, frenchTexts } from '../support/lab/call-lab.ts'
import { differenceOf } from '../support/rehearsal.ts'
import { templatesOf } from '../support/scenarios/run.ts'
import { desk } from '../support/shipped-desk.ts'

setDefaultTimeout(60_000)

const stage = { desk, texts: () => frenchTexts, templates: (language: string) => templatesOf[language] }

test.each([false, true])(
  'a call that a supervisor had is played again identically, lost: %p',
  async (lost) => {
    const lab = new CallLab()
    await lab.untilQuiet()
    const supervisor = lab.registry.takeOver(lab.connection.callId, () => {})
    await lab.says('je patiente')
    await lab.run(1_000)
    supervisor?.handBack(lost)
    await lab.untilQuiet()
    lab.key('0')
    await lab.run(60_000)
    const [kept] = lab.kept
    expect(kept!.inputs).toContain(`"kind":"handBack","lost":${lost}`)
    expect(kept!.details.transcript.map(({ text }) => text)).toContain('je patiente')
    expect(await differenceOf(kept!, stage)).toBeUndefined()
  },
)
