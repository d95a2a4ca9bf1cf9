// The page's types come from files of the server, and the compiler checks those too: this is what they use of Bun. The
// page itself has none of it.

declare const Bun: { YAML: { parse(text: string): unknown } }

interface ImportMeta {
  readonly dir: string
}
