// The environment of a process that the server starts. It is written out, because a child that inherited ours would
// have every key and token, and so would whoever may read /proc/<pid>/environ.

import type { Environment } from './setting.ts'

/** What any program may need: to find others, to write temporary files, to know the hour and the language. */
const inherited = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'SYSTEMROOT']

/**
 * @param ours the environment of this process
 * @param own what the child needs besides: settings without secrets
 */
export function childEnvironment(ours: Environment, own: Record<string, string>): Record<string, string> {
  const passed = inherited.flatMap((name) => {
    const value = ours[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(passed), ...own }
}
