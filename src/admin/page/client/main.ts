// Entry of the page's script: starts each part of the page, which then updates itself.

import { loginByLink, post } from './api.ts'
import { followAudit } from './audit.ts'
import { showCallBacks } from './call-backs.ts'
import { run, texts } from './dom.ts'
import { offerDraft, showDraft } from './draft.ts'
import { byId } from './elements.ts'
import { showGauges } from './gauges.ts'
import { offerHours, showHours } from './hours.ts'
import { followCalls } from './live.ts'
import { showMachines } from './machines.ts'
import { followTurns } from './not-understood.ts'
import { showHistory, showPhrases } from './phrases.ts'
import { showRecordings } from './recordings.ts'
import { showSpending } from './spending.ts'
import { offerTalk } from './talk.ts'
import { offerTry } from './try.ts'
import { showVoice } from './voice.ts'

const readinessEveryMs = 5_000

async function showReadiness(): Promise<void> {
  const chip = byId('readiness')
  const drain = byId('drain') as HTMLButtonElement
  const response = await fetch('/readyz').catch(() => undefined)
  const answer = (await response?.json().catch(() => undefined)) as
    | { code?: string; detail?: string; degraded?: string[] }
    | undefined
  const isDraining = answer?.code === 'draining'
  chip.className = response?.ok ? 'chip good' : 'chip bad'
  const missing = answer?.degraded ?? []
  const ready = missing.length > 0 ? texts.degraded : texts.ready
  chip.textContent = response?.ok ? ready : isDraining ? texts.draining : texts.notReady
  chip.title = answer?.detail ?? missing.join('\n')
  if (missing.length > 0) chip.className = 'chip bad'
  drain.hidden = false
  drain.textContent = isDraining ? texts.undrain : texts.drain
  drain.onclick = () =>
    void run(drain, async () => {
      await post('/api/drain', undefined, isDraining ? 'DELETE' : 'POST')
      await showReadiness()
    })
}

await loginByLink().catch(() => undefined)
offerTalk()
followAudit()
followTurns()
offerHours(showHistory)
offerTry()
offerDraft(async () => {
  await showPhrases()
  await showHistory()
  await showHours()
})
setInterval(() => void run(undefined, showReadiness), readinessEveryMs)
void run(undefined, showReadiness)
void run(undefined, showGauges)
void run(undefined, showVoice)
void run(undefined, showHours)
void run(undefined, showPhrases)
void run(undefined, showDraft)
void run(undefined, showRecordings)
void run(undefined, showMachines)
void run(undefined, showCallBacks)
void run(undefined, showSpending)
void followCalls(() => void run(undefined, showRecordings))
