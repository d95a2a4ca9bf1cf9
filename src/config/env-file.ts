// The syntax of voicebot.env: what bash, systemd's EnvironmentFile and Bun's .env read in the same way. Where they
// differ (a comment behind a value, a backslash outside quotes), the line is refused, so that it cannot mean one thing
// to us and another to systemd. Nothing is expanded: `$` is an ordinary character.

export type EnvEntry = { readonly value: string; readonly line: number }

export type EnvFile = {
  readonly entries: ReadonlyMap<string, EnvEntry>
  /** One sentence per line that cannot be read, beginning with the file and the line. Values are never repeated. */
  readonly faults: readonly string[]
}

const assignment = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/

/** @param path only named in the faults */
export function parseEnvFile(text: string, path: string): EnvFile {
  const entries = new Map<string, EnvEntry>()
  const faults: string[] = []
  // A byte order mark, as Windows editors write it, is not part of the first name.
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const at = `${path}, line ${index + 1}:`
    const content = raw.trim()
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue
    const [, name, written] = assignment.exec(content) ?? []
    if (name === undefined) {
      faults.push(`${path}, line ${index + 1} is not of the form NAME=value`)
      continue
    }
    const earlier = entries.get(name)
    if (earlier !== undefined) faults.push(`${at} ${name} is set already on line ${earlier.line}`)
    const value = readValue(written.trim())
    if ('fault' in value) faults.push(`${at} ${name} ${value.fault}`)
    else entries.set(name, { value: value.text, line: index + 1 })
  }
  return { entries, faults }
}

function readValue(written: string): { text: string } | { fault: string } {
  const quote = written[0]
  if (quote !== '"' && quote !== "'") {
    if (/(^|\s)#/.test(written)) return { fault: 'has a comment behind its value: give it a line of its own' }
    if (written.includes('\\')) return { fault: "has a backslash outside quotes: enclose the value in '…'" }
    return { text: written }
  }
  const end = closingQuote(written, quote)
  if (end < 0) return { fault: `has no closing ${quote} on its line` }
  if (end !== written.length - 1) return { fault: 'has text behind the closing quote' }
  const inside = written.slice(1, -1)
  return { text: quote === "'" ? inside : inside.replace(/\\(["\\`$])/g, '$1') }
}

/** The index of the closing quote; -1 without one. Between double quotes a backslash takes the next character along. */
function closingQuote(written: string, quote: string): number {
  for (let i = 1; i < written.length; i++) {
    if (written[i] === quote) return i
    if (written[i] === '\\' && quote === '"') i++
  }
  return -1
}

/** @returns the value as the file must have it, in quotes only where they are needed */
export function quoteValue(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value
  return value.includes("'") ? `"${value.replace(/["\\`$]/g, '\\$&')}"` : `'${value}'`
}
