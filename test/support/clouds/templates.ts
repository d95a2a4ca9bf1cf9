// The chat templates of open models, as far as they refuse messages. A server renders the messages with the template of
// its model and answers 400 (vLLM) or 500 (llama.cpp) when the template raises an error.

type Message = { role: string; content: string }

const system = (roles: readonly string[]) => roles.includes('system')

/** Why the template cannot render these roles; undefined when it can. */
type Template = (roles: readonly string[]) => string | undefined

/** User and assistant take turns, the user first and last. */
const alternation: Template = (roles) => {
  if (roles[0] !== 'user') return 'Conversation must start with a user message'
  if (roles.some((role, i) => role !== (i % 2 === 0 ? 'user' : 'assistant')))
    return 'After the optional system message, conversation roles must alternate user/assistant/user/assistant/...'
  return roles.at(-1) === 'user' ? undefined : 'Expected last role User or Tool for serving but got assistant'
}
const afterSystem = (roles: readonly string[]) => (roles[0] === 'system' ? roles.slice(1) : roles)

export const templates = {
  /** mistral-common, tokenizers v3 to v15: one system message first, then strict turns. */
  mistral: (roles) => {
    const talk = afterSystem(roles)
    const at = roles.lastIndexOf('system')
    if (at > 0) return `Unexpected role 'system' after role '${roles[at - 1]}'`
    return alternation(talk)
  },
  /** Qwen 3.5 and newer. */
  qwen: (roles) => {
    if (system(roles.slice(1))) return 'System message must be at the beginning.'
    return roles.includes('user') ? undefined : 'No user query found in messages.'
  },
  /** Gemma 3: the system message becomes a part of the first user turn, so a user must follow it. */
  gemma: (roles) => {
    const fault = alternation(afterSystem(roles))
    return fault === undefined
      ? undefined
      : 'Conversation roles must alternate user/assistant/user/assistant/...'
  },
} as const satisfies Record<string, Template>
export type TemplateName = keyof typeof templates

/** @returns the error of the first of these templates that refuses the messages */
export function misfit(names: readonly TemplateName[], messages: readonly Message[]): string | undefined {
  const roles = messages.map(({ role }) => role)
  for (const name of names) {
    const fault = templates[name](roles)
    if (fault !== undefined) return fault
  }
  return undefined
}
