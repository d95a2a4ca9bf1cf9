// Finds keys that stand twice in one table of a YAML text: Bun's parser takes the last one and says nothing, so that a
// rule would vanish. Pure.

/** One key as it stands in a text. `path`: the keys and list places that lead to it, `no.not-yet.say`. */
export type YamlKey = { path: string; line: number }

/**
 * What is wrong with a YAML text: one sentence for each key that stands twice, with its path and lines.
 *
 * @param content what a parser made of it
 */
export const repeatedKeys = (text: string, content: unknown): string[] =>
  mayRepeat(text, content) ? keysTwice(text) : []

/**
 * Whether a text has more colons that may end a key than there are keys in what Bun made of it. Few have, so that the
 * slow reading of the lines is left out: for the languages' 8 000 lines it takes 120 ms.
 */
const mayRepeat = (text: string, content: unknown): boolean => countColons(text) > countKeys(content)

/** Colons before a blank or behind a quote, outside of whole lines of comment. */
function countColons(text: string): number {
  let count = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (!endsKey(text, at)) continue
    if (/^\s*#/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))) continue
    count++
  }
  return count
}

function endsKey(text: string, colon: number): boolean {
  if (colon + 1 === text.length || /\s/.test(text[colon + 1]!)) return true
  let before = colon - 1
  while (before >= 0 && /\s/.test(text[before]!)) before--
  return text[before] === '"' || text[before] === "'"
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value).reduce((sum: number, one) => sum + countKeys(one), 0)
  return Array.isArray(value) ? inside : inside + Object.keys(value).length
}

/** One sentence for each key that stands twice in its table. */
export function keysTwice(text: string): string[] {
  const lines = new Map<string, number>()
  const twice: string[] = []
  const faults: string[] = []
  for (const { path, line } of yamlKeys(text)) {
    const first = lines.get(path)
    // What stands inside a table that stands twice adds nothing.
    if (first === undefined) lines.set(path, line)
    else if (!twice.some((outer) => path.startsWith(`${outer}.`))) {
      twice.push(path)
      faults.push(`${path} stands in line ${first} and again in line ${line}`)
    }
  }
  return faults
}

/** All keys of a text that is YAML, in their order, those that stand twice among them. */
export function yamlKeys(text: string): YamlKey[] {
  const keys: YamlKey[] = []
  const open: Open[] = []
  let flow: Flow | undefined
  /** Lines that are indented further belong to a block of text. */
  let blockIndent = Infinity
  text.split(/\r?\n/).forEach((line, index) => {
    const indent = line.search(/\S/)
    if (indent < 0) return
    if (flow !== undefined && !flow.isOver) {
      flow.read(line, index + 1)
      return
    }
    if (indent > blockIndent) return
    blockIndent = Infinity
    if (line[indent] === '#' || /^(?:---|\.\.\.)(?:\s|$)/.test(line)) return
    const entry = entryOf(line, indent, open)
    if (entry.key !== undefined) keys.push({ path: pathOf(open), line: index + 1 })
    if (/^[|>]/.test(entry.value)) blockIndent = entry.indent
    else if (/^[[{"']/.test(entry.value)) {
      flow = new Flow(pathOf(open), keys)
      flow.read(entry.value, index + 1)
    }
  })
  return keys
}

/** A table or list by its indentation, and where the reader is in it. */
type Open = { indent: number; at: string | number }

const pathOf = (open: readonly Open[]): string => open.map(({ at }) => at).join('.')

const key = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'[{#&*!|>%@`,](?:(?!\s#).)*?))\s*:(?=\s|$)/

/** Enters what a line begins: list places, then a key. */
function entryOf(
  line: string,
  from: number,
  open: Open[],
): { indent: number; key: string | undefined; value: string } {
  let indent = from
  let column = from
  for (;;) {
    const dash = /^-(?:\s+|$)/.exec(line.slice(column))?.[0]
    if (dash === undefined) break
    indent = column
    while ((open.at(-1)?.indent ?? -1) > column) open.pop()
    const list = open.at(-1)
    if (list?.indent === column && typeof list.at === 'number') list.at++
    else open.push({ indent: column, at: 0 })
    column += dash.length
  }
  const rest = line.slice(column)
  const found = key.exec(rest)
  if (found === null) return { indent, key: undefined, value: bare(rest) }
  const name = found[1] ?? found[2] ?? found[3]!
  while ((open.at(-1)?.indent ?? -1) >= column) open.pop()
  open.push({ indent: column, at: name })
  return { indent: column, key: name, value: bare(rest.slice(found[0].length)) }
}

/** A value without anchor and tag. */
const bare = (value: string): string => value.trim().replace(/^(?:[&!]\S*\s+)*/, '')

/** A value in brackets or quotes, over as many lines as it takes. */
class Flow {
  readonly #open: { isTable: boolean; at: string | number }[] = []
  #quote = ''
  #token = ''
  #line = 0
  isOver = false

  constructor(
    private readonly path: string,
    private readonly keys: YamlKey[],
  ) {}

  read(text: string, line: number): void {
    this.#line = line
    for (let i = 0; i < text.length && !this.isOver; i++) {
      const char = text[i]!
      if (this.#quote !== '') {
        if (char === '\\' && this.#quote === '"') this.#token += text[++i] ?? ''
        else if (char === this.#quote) this.#quote = ''
        else this.#token += char
      } else if ((char === '"' || char === "'") && this.#token.trim() === '') {
        this.#quote = char
        this.#token = ''
      } else if (char === '#' && /\s/.test(text[i - 1] ?? ' ') && this.#token.trim() === '') break
      else this.#sign(char, text[i + 1] ?? ' ')
      if (this.#open.length === 0 && this.#quote === '') this.isOver = true
    }
    this.#token += this.#token === '' ? '' : ' '
  }

  #sign(char: string, next: string): void {
    const top = this.#open.at(-1)
    if (char === '[' || char === '{') this.#open.push({ isTable: char === '{', at: char === '{' ? '' : 0 })
    else if (char === ']' || char === '}') this.#open.pop()
    else if (char === ',') {
      if (typeof top?.at === 'number') top.at++
    } else if (char === ':' && top !== undefined && /[\s,[\]{}"']/.test(next)) {
      const name = this.#token.trim()
      if (top.isTable) top.at = name
      const inside = this.#open.map(({ at }) => at)
      // A pair in a list is a table of its own.
      if (!top.isTable) inside.push(name)
      this.keys.push({
        path: [...(this.path === '' ? [] : [this.path]), ...inside].join('.'),
        line: this.#line,
      })
    } else {
      this.#token += char
      return
    }
    this.#token = ''
  }
}
