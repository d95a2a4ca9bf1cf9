// The thread that searches the recordings.

import { serveJobs } from '../../threads/worker-loop.ts'
import type { IndexQuery } from './index-file.ts'
import { FolderIndex } from './search.ts'
import type { TurnQuery } from './turn-table.ts'

const indexes = new Map<string, FolderIndex>()

function indexOf(dir: string): FolderIndex {
  const known = indexes.get(dir)
  if (known) return known
  const made = new FolderIndex(dir)
  indexes.set(dir, made)
  return made
}

serveJobs({
  jobs: {
    find: ({ dir, query }: { dir: string; query: IndexQuery }) => indexOf(dir).find(query),
    turns: ({ dir, query }: { dir: string; query: TurnQuery }) => indexOf(dir).turns(query),
    follow: ({ dir, budgetMs }: { dir: string; budgetMs: number }) => indexOf(dir).follow(budgetMs),
  },
})
