// Searching the recordings, away from the thread that plays the calls. `createSearch` has a thread of its own;
// `searchHere` works on the caller's thread, for commands and tests.

import { accessSync, constants, existsSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Metrics } from '../../base/metrics.ts'
import { workerScript } from '../../base/program.ts'
import { createPool } from '../../threads/pool.ts'
import { followFolder } from './follow-folder.ts'
import { type Hit, IndexFile, type IndexQuery, indexPath } from './index-file.ts'
import type { TurnHit, TurnQuery } from './turn-table.ts'

/** `isComplete`: every recording is in the index; false while it is being made, the newest first. */
export type Hits = { hits: Hit[]; isComplete: boolean }

export type TurnHits = { hits: TurnHit[]; isComplete: boolean }

export type Search = {
  find(query: IndexQuery): Promise<Hits>
  /** Turns that the desk could not use. */
  turns(query: TurnQuery): Promise<TurnHits>
  /** Resolves when nothing is in the index that is no longer in the folder. */
  dropGone(): Promise<void>
  close(): void
}

/** A search adds new recordings for so long before it looks. */
const beforeSearchMs = 100
/** A piece of the work on a large folder; a search waits for no more. */
const pieceMs = 200
/** A busy machine or a slow disk; the pieces themselves are short. */
const deadlineMs = 60_000

/** The work of both kinds. Jobs run one after the other: an erasure is never between two halves of another job. */
export class FolderIndex {
  private file: IndexFile | undefined
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly dir: string) {}

  find(query: IndexQuery, budgetMs = beforeSearchMs): Promise<Hits> {
    return this.look((file) => file.find(query), budgetMs)
  }

  turns(query: TurnQuery, budgetMs = beforeSearchMs): Promise<TurnHits> {
    return this.look((file) => file.turns(query), budgetMs)
  }

  /** @returns whether everything is in the index */
  follow(budgetMs: number): Promise<boolean> {
    return this.next((file) => followFolder(file, this.dir, budgetMs))
  }

  close(): void {
    this.file?.close()
    this.file = undefined
  }

  private look<Hit>(find: (file: IndexFile) => Hit[], budgetMs: number) {
    return this.next(async (file) => {
      const isComplete = await followFolder(file, this.dir, budgetMs)
      return { hits: find(file), isComplete }
    })
  }

  /** An index that fails is made anew; the second failure counts. */
  private next<T>(work: (file: IndexFile) => Promise<T>): Promise<T> {
    const run = this.last.then(async () => {
      this.file = this.file ? writtenAgain(this.file, this.dir) : openIndex(this.dir)
      try {
        return await work(this.file)
      } catch (error) {
        // Another process keeps the file for long; it is not damaged.
        if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') throw error
        this.file = anewOf(this.file)
        return await work(this.file)
      }
    })
    this.last = run.catch(() => {})
    return run
  }
}

/** In memory an erasure would not reach the file, so that is used as soon as the folder can be written to. */
function writtenAgain(file: IndexFile, dir: string): IndexFile {
  if (!file.isInMemory || dir === '') return file
  try {
    accessSync(dir, constants.W_OK)
    const written = new IndexFile(indexPath(dir))
    file.close()
    return written
  } catch {
    return file
  }
}

/** The folder may have become read-only since the index was opened: a worn disk, a backup that is mounted. */
function anewOf(file: IndexFile): IndexFile {
  try {
    file.clear()
    return file
  } catch {
    return new IndexFile(':memory:')
  }
}

/** In memory where the folder is missing or cannot be written to. */
function openIndex(dir: string): IndexFile {
  try {
    if (dir !== '') return new IndexFile(indexPath(dir))
  } catch {
    // The folder is read-only or not there.
  }
  return new IndexFile(':memory:')
}

/** On this thread, which waits until everything is in the index. */
export function searchHere(dir: string): Search {
  const index = new FolderIndex(dir)
  return {
    find: (query) => index.find(query, Number.POSITIVE_INFINITY),
    turns: (query) => index.turns(query, Number.POSITIVE_INFINITY),
    dropGone: async () => void (await index.follow(0)),
    close: () => index.close(),
  }
}

/** For a command that has deleted recordings while no server runs: does nothing where there is no index. */
export async function dropGoneHere(dir: string): Promise<void> {
  if (dir === '' || !existsSync(indexPath(dir))) return
  const search = searchHere(dir)
  await search.dropGone()
  search.close()
}

/** On a thread of its own, which begins at once to bring the index up to date. */
export function createSearch(options: { dir: string; clock: Clock; log: Log; metrics: Metrics }): Search {
  const { dir, clock, log, metrics } = options
  const worker = workerScript('recording/search/search.worker.ts')
  const pool = createPool({ name: 'search', worker, size: 1, clock, log, metrics })
  let isClosed = false
  // An erasure waits for a thread that starts slowly; it must not fail after the files are gone.
  const patience = { deadlineMs, waitMs: deadlineMs }
  const follow = (budgetMs: number) => pool.run<boolean>('follow', { dir, budgetMs }, patience)
  const makeWhole = async () => {
    while (!isClosed && !(await follow(pieceMs)));
  }
  if (dir !== '')
    void makeWhole().catch((error: unknown) => {
      if (!isClosed) log.warn('the index of the recordings could not be made', { error: errorText(error) })
    })
  return {
    find: (query) => pool.run<Hits>('find', { dir, query }, patience),
    turns: (query) => pool.run<TurnHits>('turns', { dir, query }, patience),
    dropGone: async () => void (await follow(0)),
    close() {
      isClosed = true
      pool.close()
    },
  }
}
