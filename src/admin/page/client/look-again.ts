// Parts of the page that look again and again. A look that fails is said in the part itself: in the message line it
// would come back every few seconds and cover what an operator has just done.

import { reasonOf, texts } from './dom.ts'

/**
 * Looks now and as long as the page is open. A failed look leaves what the last one has shown.
 *
 * @param place where a failure is said, until a look succeeds
 */
export async function lookAgain(
  everyMs: number,
  place: HTMLElement,
  show: () => Promise<void>,
): Promise<void> {
  const look = async () => {
    const fault = await show().then(
      () => '',
      (error: unknown) => `${texts.failed} ${reasonOf(error)}`,
    )
    // Assigned only when it changes, so that a screen reader does not read it again.
    if (place.textContent !== fault) place.textContent = fault
  }
  setInterval(() => void look(), everyMs)
  await look()
}
