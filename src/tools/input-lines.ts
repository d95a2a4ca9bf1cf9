// The lines of a text on standard input, for commands that print one line of JSON for each.

/** Longer lines are no turn of a caller, and would take long. A turn of 200 words has 1 200 characters. */
const longestLine = 100_000

/** @throws {Error} naming the line, when the text is not UTF-8 or a line is too long */
export function linesOfInput(bytes: Uint8Array): string[] {
  // CRLF ends a line too; the last line may lack its end.
  const lines: string[] = []
  let from = 0
  while (from < bytes.length) {
    const found = bytes.indexOf(10, from)
    const end = found < 0 ? bytes.length : found
    lines.push(
      textOf(bytes.subarray(from, bytes[end - 1] === 13 && end > from ? end - 1 : end), lines.length + 1),
    )
    from = end + 1
  }
  return lines
}

function textOf(bytes: Uint8Array, line: number): string {
  if (bytes.length > longestLine) throw new Error(`line ${line} is longer than ${longestLine} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`line ${line} is not UTF-8: convert the text, for example with iconv -f latin1 -t utf-8`)
  }
}

/**
 * Prints one line of JSON for each line of standard input, or a sentence and exit code 1 before any.
 *
 * @param make undefined prints nothing
 */
export async function printEach(make: (text: string) => object | undefined): Promise<void> {
  let lines: string[]
  try {
    lines = linesOfInput(await Bun.stdin.bytes())
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
    return
  }
  const out = lines.flatMap((text) => JSON.stringify(make(text)) ?? [])
  if (out.length > 0) console.log(out.join('\n'))
}
