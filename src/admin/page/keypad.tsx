/** @jsxImportSource hono/jsx */
// The keys of a telephone, on the operator's page and on /call (client/phone/keys.ts).

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

export function Keypad({ label }: { label: string }) {
  return (
    <fieldset class="keypad" data-label="keypad" aria-label={label}>
      {keys.map((key) => (
        <button type="button" data-key={key}>
          {key}
        </button>
      ))}
    </fieldset>
  )
}
