// The telephone's keys: those of the page's keypad, and those of the keyboard while nobody types.

/** @param keypad holds buttons with `data-key` @param press called with `0` to `9`, `*` or `#` */
export function offerKeys(keypad: HTMLElement, press: (key: string) => void): void {
  for (const button of keypad.querySelectorAll<HTMLButtonElement>('[data-key]'))
    button.addEventListener('click', () => press(button.dataset.key ?? ''))
  document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
    const isTyping = target instanceof HTMLElement && target.matches('input, select, textarea')
    if (!isTyping && !ctrlKey && !metaKey && !altKey && /^[0-9*#]$/.test(key)) press(key)
  })
}

/** Sends what is typed into the form's field `text` as a turn, and empties the field. */
export function offerTyping(form: HTMLFormElement, say: (text: string) => void): void {
  const field = form.elements.namedItem('text') as HTMLInputElement
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (text === '') return
    say(text)
    field.value = ''
  })
}
