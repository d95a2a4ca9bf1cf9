// Draws a desk as SVG: a row for each symptom, from its topic and key through its steps to how it ends.
// `bun run desk --draw` prints it; docs/desk-flow.svg is the shipped desk.

import type { Course, Desk } from '../desk/desk.ts'

/** Sizes in px. */
const size = { box: 158, gap: 26, row: 46, height: 34, left: 12, top: 64 } as const

type Box = {
  column: number
  row: number
  rows?: number
  title: string
  note: string
  hint?: string
  kind: string
}

const ending: Readonly<Record<Course['kind'], string>> = {
  steps: 'technician or call-back',
  handOver: 'adviser or call-back',
  callBack: 'call-back',
}

/** What every call goes through. */
const order = 'welcome → name and number → topic → symptom → steps, each with “does it work?” → end'

/** The SVG, with a line break at its end. */
export function flowSvg(desk: Desk): string {
  const boxes: Box[] = []
  const most = Math.max(...desk.topics.flatMap(({ symptoms }) => symptoms.map(stepsIn)))
  const last = 2 + most
  let row = 0
  const end = (at: number, course: Course) => {
    const note = course.kind === 'steps' ? 'when no step helps' : `says ${course.say}`
    boxes.push({ column: last, row: at, title: ending[course.kind], note, kind: 'end' })
  }
  for (const { name, key, symptoms, course } of desk.topics) {
    const rows = Math.max(1, symptoms.length)
    boxes.push({ column: 0, row, rows, title: name, note: `key ${key}`, kind: 'topic' })
    if (course !== undefined) end(row, course)
    for (const [i, symptom] of symptoms.entries()) {
      boxes.push({
        column: 1,
        row: row + i,
        title: symptom.name,
        note: `key ${symptom.key}`,
        kind: 'symptom',
      })
      if (symptom.course.kind === 'steps')
        for (const [at, step] of symptom.course.steps.entries()) {
          const leads = [
            ...(step.done === 'next' ? ['done: next'] : []),
            ...(step.stuck === 'technician' ? ['stuck: technician'] : []),
          ]
          const note = [`${step.takesMs / 1_000} s`, ...leads].join(', ')
          boxes.push({
            column: 2 + at,
            row: row + i,
            title: step.name,
            note,
            hint: step.gesture,
            kind: 'step',
          })
        }
      end(row + i, symptom.course)
    }
    row += rows
  }
  const width = size.left * 2 + (last + 1) * size.box + last * size.gap
  const height = size.top + row * size.row + 8
  const steps = Array.from({ length: most }, (_, i) => `step ${i + 1}`)
  const heads = ['topic', 'symptom', ...steps, 'end']
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>The desk: topics, symptoms, steps and how they end</title>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="head" x="${size.left}" y="24">${order}</text>`,
    ...heads.map(
      (head, column) => `<text class="head" x="${xOf(column)}" y="${size.top - 10}">${head}</text>`,
    ),
    ...arrows(boxes),
    ...boxes.map(draw),
    '</svg>',
    '',
  ].join('\n')
}

const stepsIn = ({ course }: { course: Course }): number =>
  course.kind === 'steps' ? course.steps.length : 0

const style =
  '.paper{fill:#fff}text{font:13px system-ui,sans-serif;fill:#1c2733}.head{font-weight:600}' +
  '.note{font-size:11px;fill:#5b6b7b}' +
  'path{stroke:#8a97a5;fill:none}.topic{fill:#d9e8fb}.symptom{fill:#e9f1e2}.step{fill:#fdf3d7}.end{fill:#eee8f6}'

const xOf = (column: number): number => size.left + column * (size.box + size.gap)
const yOf = (row: number): number => size.top + row * size.row

function draw({ column, row, rows = 1, title, note, hint, kind }: Box): string {
  const [x, y] = [xOf(column), yOf(row)]
  const height = (rows - 1) * size.row + size.height
  const middle = y + height / 2
  return [
    `<g><title>${escaped(hint ?? title)}</title>`,
    `<rect class="${kind}" x="${x}" y="${y}" width="${size.box}" height="${height}" rx="5"/>`,
    `<text x="${x + 8}" y="${middle - 3}">${escaped(title)}</text>`,
    `<text class="note" x="${x + 8}" y="${middle + 11}">${escaped(note)}</text></g>`,
  ].join('')
}

/** From each box to the next one of its row. A box of several rows is the first of each. */
function arrows(boxes: readonly Box[]): string[] {
  const rowOf = (row: number) =>
    boxes
      .filter((box) => box.row <= row && row < box.row + (box.rows ?? 1))
      .toSorted((a, b) => a.column - b.column)
  const all = boxes.reduce((most, { row, rows = 1 }) => Math.max(most, row + rows), 0)
  return Array.from({ length: all }, (_, row) => row).flatMap((row) => {
    const y = yOf(row) + size.height / 2
    return rowOf(row)
      .slice(1)
      .map(({ column }, i) => {
        const [from, to] = [xOf(rowOf(row)[i].column) + size.box, xOf(column)]
        return `<path d="M${from} ${y}H${to - 2}m-5 -4l5 4l-5 4"/>`
      })
  })
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
