// The part of the index about turns that the desk could not use: in which record each one is, and what the list of them
// filters by. The words stay in the records.

import type { Database, SQLQueryBindings } from 'bun:sqlite'
import { freeKey } from './free-key.ts'

/** `n`: its place in the record's list. */
export type TurnRow = { n: number; atMs: number; question: string; language: string }

export type TurnQuery = {
  from?: string | undefined
  to?: string | undefined
  question?: string | undefined
  language?: string | undefined
  /** Only turns older than this `key`. */
  before?: number | undefined
  limit: number
}

/** `key` rises with the moment of the turn. */
export type TurnHit = { key: number; n: number; day: string; id: string }

export class TurnTable {
  static readonly tables = [
    `CREATE TABLE turns (
      key INTEGER PRIMARY KEY, recording INTEGER NOT NULL, n INTEGER NOT NULL,
      question TEXT NOT NULL, language TEXT NOT NULL
    )`,
    'CREATE INDEX turns_of ON turns (recording)',
  ]

  constructor(private readonly db: Database) {}

  /** @param recording key of the recording */
  put(recording: number, startedMs: number, rows: readonly TurnRow[]): void {
    for (const { n, atMs, question, language } of rows)
      this.db
        .query('INSERT INTO turns VALUES (?, ?, ?, ?, ?)')
        .run(freeKey(this.db, 'turns', startedMs + atMs), recording, n, question, language)
  }

  remove(recording: number): void {
    this.db.query('DELETE FROM turns WHERE recording = ?').run(recording)
  }

  /** Newest first. */
  find({ from, to, question, language, before, limit }: TurnQuery): TurnHit[] {
    const conditions: [string, SQLQueryBindings | undefined][] = [
      ['t.key < ?', before],
      ['t.question = ?', question],
      ['t.language = ?', language],
      ['r.day >= ?', from],
      ['r.day <= ?', to],
    ]
    const given = conditions.filter(([, value]) => value !== undefined)
    const where = given.length === 0 ? '' : `WHERE ${given.map(([condition]) => condition).join(' AND ')}`
    return this.db
      .query<TurnHit, SQLQueryBindings[]>(
        `SELECT t.key, t.n, r.day, r.id FROM turns t CROSS JOIN recordings r ON r.key = t.recording
        ${where} ORDER BY t.key DESC LIMIT ?`,
      )
      .all(...given.map(([, value]) => value as SQLQueryBindings), limit)
  }
}
