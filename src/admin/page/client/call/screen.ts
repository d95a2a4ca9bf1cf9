// Keeps the screen of a phone on during a call: where it goes dark, some browsers stop the microphone. The caller may
// have to wait for minutes while a box restarts.

let lock: WakeLockSentinel | undefined
let isWanted = false

/** Browsers release the lock when the page is hidden; a page by plain HTTP, or in a frame without leave, gets none. */
async function hold(): Promise<void> {
  if (!isWanted || document.visibilityState !== 'visible') return
  const got = await navigator.wakeLock?.request('screen').catch(() => undefined)
  if (isWanted) lock = got
  else await got?.release()
}

document.addEventListener('visibilitychange', () => void hold())

export function keepScreenOn(isOn: boolean): void {
  isWanted = isOn
  if (isOn) void hold()
  else void lock?.release()
}
