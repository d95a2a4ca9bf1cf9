// The table of live calls. Only the rows in view are in the document, each in an element that is used again for another
// call, and a cell is written only when its text has changed: 500 calls cost as much as 30. Rows do not change places
// while the pointer or the keyboard is among them.

import type { CallRow } from '../../../calls/rows.ts'
import { texts } from './dom.ts'
import { byId, h } from './elements.ts'
import {
  type Column,
  cellText,
  columns,
  compare,
  type Filter,
  type Order,
  passes,
  type Shown,
  shown,
} from './rows.ts'

/** As in style.css. */
const rowHeightPx = 36
/** Rows beyond each edge of the view, so that a scroll shows no gap. */
const overscan = 4
/** However high the window is. */
const maxRowsInView = 60

type RowView = {
  tr: HTMLTableRowElement
  opens: HTMLButtonElement
  cells: Record<Column, { element: HTMLElement; text: string }>
  id: string
}

export class CallTable {
  private readonly scroller = byId('live-rows')
  private readonly table = byId('live') as HTMLTableElement
  private readonly body = this.table.tBodies[0]!
  private readonly above = spacer()
  private readonly below = spacer()
  private readonly views: RowView[] = []
  private all = new Map<string, Shown>()
  /** Ids of the calls that the filter lets through, in their order. */
  private order: string[] = []
  private sort: Order = { column: 'help', descending: true }
  private isPointed = false
  /** The call whose row the Tab key reaches. */
  private current: string | undefined
  private openId: string | undefined
  private nowWallMs = 0

  /** @param open called with the call that the operator chose */
  constructor(private readonly open: (callId: string) => void) {
    this.body.append(this.above, this.below)
    this.scroller.addEventListener('scroll', () => this.draw(), { passive: true })
    this.body.addEventListener('pointerenter', () => {
      this.isPointed = true
    })
    this.body.addEventListener('pointerleave', () => {
      this.isPointed = false
    })
    this.body.addEventListener('click', ({ target }) => this.choose(target as HTMLElement))
    this.body.addEventListener('keydown', (event) => this.move(event))
    for (const button of this.table.tHead!.querySelectorAll('button'))
      button.addEventListener('click', () => this.sortBy(button.dataset.column as Column))
    for (const input of [byId('find-call'), byId('only-help')])
      input.addEventListener('input', () => this.refresh(true))
  }

  /** @param rows all live calls @param nowWallMs by the server's clock */
  show(rows: Iterable<CallRow>, nowWallMs: number): void {
    this.nowWallMs = nowWallMs
    this.all = new Map([...rows].map((row) => [row.id, shown(row, nowWallMs)]))
    this.refresh(false)
  }

  /** Marks the row of the call that is open. */
  mark(callId: string | undefined): void {
    this.openId = callId
    this.draw()
  }

  /** Puts the keyboard on the row of a call, if it has one. */
  focus(callId: string): void {
    const at = this.order.indexOf(callId)
    if (at >= 0) this.focusAt(at)
  }

  private filter(): Filter {
    return {
      text: (byId('find-call') as HTMLInputElement).value.trim(),
      onlyHelp: (byId('only-help') as HTMLInputElement).checked,
    }
  }

  /** @param mustSort also while the pointer or the keyboard is among the rows */
  private refresh(mustSort: boolean): void {
    const filter = this.filter()
    const found = [...this.all.values()].filter((each) => passes(each, filter, this.nowWallMs))
    const isHeld = !mustSort && (this.isPointed || this.body.contains(document.activeElement))
    if (isHeld) {
      const left = new Set(found.map(({ row }) => row.id))
      this.order = this.order.filter((id) => left.delete(id)).concat([...left])
    } else
      this.order = found.sort((a, b) => compare(a, b, this.sort, this.nowWallMs)).map(({ row }) => row.id)
    this.table.setAttribute('aria-rowcount', String(this.order.length + 1))
    byId('live-count').textContent = this.countText()
    const isEmpty = this.order.length === 0
    this.scroller.hidden = isEmpty
    byId('no-calls').hidden = !isEmpty
    byId('no-calls').textContent = this.all.size === 0 ? texts.noCalls : texts.noCallsMatch
    this.draw()
  }

  private countText(): string {
    const inNeed = [...this.all.values()].filter(({ help }) => help.isNeeded).length
    return this.all.size === 0 ? '' : `${this.all.size} · ${texts.needHelp} ${inNeed}`
  }

  private draw(): void {
    const { scrollTop, clientHeight } = this.scroller
    const inView = Math.min(maxRowsInView, Math.ceil(clientHeight / rowHeightPx) + 2 * overscan)
    const last = Math.max(0, this.order.length - inView)
    const first = Math.min(last, Math.max(0, Math.floor(scrollTop / rowHeightPx) - overscan))
    const count = Math.min(inView, this.order.length - first)
    const focused = this.views.find(({ opens }) => opens === document.activeElement)?.id
    if (this.current === undefined || !this.all.has(this.current)) this.current = this.order[first]
    while (this.views.length < count) this.addView()
    while (this.views.length > count) this.views.pop()!.tr.remove()
    for (let i = 0; i < count; i++)
      this.fill(this.views[i]!, this.all.get(this.order[first + i]!)!, first + i)
    setHeight(this.above, first)
    setHeight(this.below, this.order.length - first - count)
    // The element with the keyboard may show another call now.
    const now = focused === undefined ? undefined : this.views.find(({ id }) => id === focused)
    if (now && now.opens !== document.activeElement) now.opens.focus({ preventScroll: true })
  }

  private addView(): void {
    const opens = h('button', { type: 'button', class: 'link', tabindex: -1 })
    const tr = h('tr', {})
    const cells = {} as RowView['cells']
    for (const column of columns) {
      const inside = column === 'who' ? opens : h('span')
      tr.append(h('td', { class: column }, inside))
      cells[column] = { element: inside, text: '' }
    }
    this.below.before(tr)
    this.views.push({ tr, opens, cells, id: '' })
  }

  private fill(view: RowView, each: Shown, index: number): void {
    const { id } = each.row
    if (view.id !== id) {
      view.id = id
      view.tr.dataset.call = id
    }
    for (const column of columns) {
      const text = cellText(each, column, this.nowWallMs)
      const cell = view.cells[column]
      if (cell.text === text) continue
      cell.text = text
      cell.element.textContent = text
    }
    setOnce(view.tr, 'aria-rowindex', String(index + 2))
    setOnce(view.tr, 'class', `${each.help.isNeeded ? 'needs ' : ''}${id === this.openId ? 'open' : ''}`)
    setOnce(view.opens, 'tabindex', id === this.current ? '0' : '-1')
    setOnce(view.opens, 'aria-expanded', String(id === this.openId))
    setOnce(view.tr.lastElementChild!.previousElementSibling!, 'data-who', each.row.speaking)
  }

  private choose(target: HTMLElement): void {
    const id = target.closest<HTMLElement>('[data-call]')?.dataset.call
    if (id === undefined) return
    this.current = id
    this.open(id)
  }

  private move(event: KeyboardEvent): void {
    const at = this.order.indexOf(this.views.find(({ opens }) => opens === event.target)?.id ?? '')
    if (at < 0) return
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / rowHeightPx) - 1)
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -at,
      End: this.order.length,
    }
    const by = steps[event.key]
    if (by === undefined) return
    event.preventDefault()
    this.focusAt(Math.max(0, Math.min(this.order.length - 1, at + by)))
  }

  private focusAt(at: number): void {
    this.current = this.order[at]
    const top = at * rowHeightPx
    const headPx = this.table.tHead!.offsetHeight
    const { scrollTop, clientHeight } = this.scroller
    if (top < scrollTop) this.scroller.scrollTop = top
    else if (top + rowHeightPx + headPx > scrollTop + clientHeight)
      this.scroller.scrollTop = top + rowHeightPx + headPx - clientHeight
    this.draw()
    this.views.find(({ id }) => id === this.current)?.opens.focus({ preventScroll: true })
  }

  private sortBy(column: Column): void {
    const startsDescending = column === 'help' || column === 'voice' || column === 'time'
    const descending = this.sort.column === column ? !this.sort.descending : startsDescending
    this.sort = { column, descending }
    for (const button of this.table.tHead!.querySelectorAll('button')) {
      const isSorted = button.dataset.column === column
      const direction = descending ? 'descending' : 'ascending'
      button.parentElement!.setAttribute('aria-sort', isSorted ? direction : 'none')
    }
    this.refresh(true)
  }
}

const spacer = (): HTMLTableRowElement => h('tr', { class: 'space', 'aria-hidden': 'true' }, h('td'))

function setHeight(space: HTMLTableRowElement, rows: number): void {
  const height = `${rows * rowHeightPx}px`
  if (space.style.height !== height) space.style.height = height
  space.hidden = rows === 0
}

function setOnce(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}
