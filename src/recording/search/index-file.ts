// The index of the recordings: one SQLite file beside them, `.search.sqlite`, with the words of the transcripts, names
// and numbers (FTS5), and what the list filters by. It holds nothing that the records do not: it is made from them, and
// made again when it is missing, damaged or of another version.
//
// What is deleted is overwritten: `secure_delete` of SQLite and of FTS5 both, and the journal is in memory, because
// the pages of a journal file would stay on the disk.

import { Database, type SQLQueryBindings } from 'bun:sqlite'
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freeKey } from './free-key.ts'
import { questionOf } from './question.ts'
import { type TurnHit, type TurnQuery, type TurnRow, TurnTable } from './turn-table.ts'

/** Raised with each change of the tables or of what is put into them. */
const version = 2
/** Another process has the file for the time of one transaction. */
const busyMs = 5_000

/** What the index knows of one recording. */
export type IndexRow = {
  day: string
  id: string
  startedMs: number
  /** What the row was made from; another mark means that the files have changed. */
  mark: string
  outcome: string | null
  states: readonly string[]
  /** In national form: what `phone` of a query finds. */
  numbers: readonly string[]
  /** Words to be found; '' for none. */
  text: string
  /** Turns that the desk could not use. */
  turns: readonly TurnRow[]
}

export type IndexQuery = {
  /** What an operator typed; never read as FTS5 syntax. */
  text?: string | undefined
  from?: string | undefined
  to?: string | undefined
  phone?: string | undefined
  outcome?: string | undefined
  state?: string | undefined
  /** All parts of one call. */
  callId?: string | undefined
  /** Only recordings older than this `key`. */
  before?: number | undefined
  limit: number
}

/** `key` rises with the start of the recording: it orders the list, and says where its next page begins. */
export type Hit = { key: number; day: string; id: string }

const tables = [
  `CREATE TABLE recordings (
    key INTEGER PRIMARY KEY, day TEXT NOT NULL, id TEXT NOT NULL, mark TEXT NOT NULL,
    outcome TEXT, states TEXT NOT NULL, UNIQUE (day, id)
  )`,
  'CREATE TABLE numbers (number TEXT, key INTEGER, PRIMARY KEY (number, key)) WITHOUT ROWID',
  'CREATE INDEX numbers_of ON numbers (key)',
  'CREATE TABLE days (day TEXT PRIMARY KEY, folderMs REAL NOT NULL)',
  ...TurnTable.tables,
  `CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')`,
  `INSERT INTO words (words, rank) VALUES ('secure-delete', 1)`,
  `PRAGMA user_version = ${version}`,
]

export const indexPath = (dir: string): string => join(dir, '.search.sqlite')

export class IndexFile {
  private db: Database

  /** @param path `:memory:` for a folder that cannot be written to */
  constructor(private readonly path: string) {
    try {
      this.db = this.open()
      if (!this.isSound()) throw new Error('damaged')
    } catch {
      this.db = this.anew()
    }
  }

  get isInMemory(): boolean {
    return this.path === ':memory:'
  }

  /** Deletes the file and begins an empty one. */
  clear(): void {
    this.db = this.anew()
  }

  /** Removes rows of a day and puts others in, in one transaction. */
  change(
    day: string,
    { gone = [], rows = [] }: { gone?: readonly string[]; rows?: readonly IndexRow[] },
  ): void {
    if (gone.length === 0 && rows.length === 0) return
    const work = () => {
      for (const id of gone) this.remove(day, id)
      for (const row of rows) this.put(row)
    }
    this.db.transaction(work).immediate()
  }

  /** When each day's folder had last changed, when all of it was in the index; 0 when it may not be. */
  days(): Map<string, number> {
    const rows = this.db.query<{ day: string; folderMs: number }, []>('SELECT day, folderMs FROM days').all()
    return new Map(rows.map(({ day, folderMs }) => [day, folderMs]))
  }

  dayDone(day: string, folderMs: number): void {
    this.db.query('INSERT OR REPLACE INTO days VALUES (?, ?)').run(day, folderMs)
  }

  /** The marks of a day's rows by id. */
  marks(day: string): Map<string, string> {
    const rows = this.db
      .query<{ id: string; mark: string }, [string]>('SELECT id, mark FROM recordings WHERE day = ?')
      .all(day)
    return new Map(rows.map(({ id, mark }) => [id, mark]))
  }

  private put(row: IndexRow): void {
    this.remove(row.day, row.id)
    const key = freeKey(this.db, 'recordings', row.startedMs)
    this.db
      .query('INSERT INTO recordings VALUES (?, ?, ?, ?, ?, ?)')
      .run(key, row.day, row.id, row.mark, row.outcome, `|${row.states.join('|')}|`)
    const number = this.db.query('INSERT OR IGNORE INTO numbers VALUES (?, ?)')
    for (const one of row.numbers) number.run(one, key)
    if (row.text !== '') this.db.query('INSERT INTO words (rowid, text) VALUES (?, ?)').run(key, row.text)
    new TurnTable(this.db).put(key, row.startedMs, row.turns)
  }

  private remove(day: string, id: string): void {
    const key = this.db
      .query<{ key: number }, [string, string]>('SELECT key FROM recordings WHERE day = ? AND id = ?')
      .get(day, id)?.key
    if (key === undefined) return
    new TurnTable(this.db).remove(key)
    this.db.query('DELETE FROM words WHERE rowid = ?').run(key)
    this.db.query('DELETE FROM numbers WHERE key = ?').run(key)
    this.db.query('DELETE FROM recordings WHERE key = ?').run(key)
  }

  removeDay(day: string): void {
    this.change(day, { gone: [...this.marks(day).keys()] })
    this.db.query('DELETE FROM days WHERE day = ?').run(day)
  }

  /** Newest first. */
  find(query: IndexQuery): Hit[] {
    const where: string[] = []
    const given: SQLQueryBindings[] = []
    const add = (condition: string, value: SQLQueryBindings | undefined) => {
      if (value === undefined) return
      where.push(condition)
      given.push(value)
    }
    const { text, phone, state, callId } = query
    if (text !== undefined) {
      const question = questionOf(text)
      if (question === '') return []
      add('words MATCH ?', question)
    }
    // On the table that is read in this order, so that SQLite need not sort.
    const key = text === undefined ? 'r.key' : 'words.rowid'
    add(`${key} < ?`, query.before)
    add('r.day >= ?', query.from)
    add('r.day <= ?', query.to)
    add('r.outcome = ?', query.outcome)
    add('substr(r.id, 1, 36) = ?', callId)
    add(`instr(r.states, ?) > 0`, state === undefined ? undefined : `|${state}|`)
    add('r.key IN (SELECT key FROM numbers WHERE number = ?)', phone)
    const from = text === undefined ? 'recordings r' : 'words CROSS JOIN recordings r ON r.key = words.rowid'
    const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
    return this.db
      .query<Hit, SQLQueryBindings[]>(
        `SELECT r.key, r.day, r.id FROM ${from} ${condition} ORDER BY ${key} DESC LIMIT ?`,
      )
      .all(...given, query.limit)
  }

  /** Turns that the desk could not use, the newest first. */
  turns(query: TurnQuery): TurnHit[] {
    return new TurnTable(this.db).find(query)
  }

  close(): void {
    this.db.close()
  }

  private open(): Database {
    if (!this.isInMemory) {
      // SQLite itself would make it readable for everybody.
      closeSync(openSync(this.path, 'a', 0o640))
      chmodSync(this.path, 0o640)
    }
    const db = new Database(this.path)
    for (const setting of [`busy_timeout = ${busyMs}`, 'secure_delete = ON', 'journal_mode = MEMORY'])
      db.run(`PRAGMA ${setting}`)
    db.run('PRAGMA temp_store = MEMORY')
    return db
  }

  /** Whether the file has our tables and every page of it can be read. */
  private isSound(): boolean {
    const { user_version: found } = this.db.query<{ user_version: number }, []>('PRAGMA user_version').get()!
    if (found !== version) return false
    const check = this.db.query<{ quick_check: string }, []>('PRAGMA quick_check(1)').get()
    return check?.quick_check === 'ok'
  }

  private anew(): Database {
    this.db?.close()
    if (!this.isInMemory)
      for (const end of ['', '-journal', '-wal', '-shm']) rmSync(this.path + end, { force: true })
    const db = this.open()
    db.transaction(() => {
      for (const table of tables) db.run(table)
    })()
    return db
  }
}
