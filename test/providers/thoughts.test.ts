import { describe, expect, test } from 'bun:test'
import { createThoughtFilter } from '../../src/providers/thoughts.ts'

function visible(pieces: readonly string[]): { text: string; thought: boolean } {
  const filter = createThoughtFilter()
  const text = pieces.map((piece) => filter.push(piece)).join('') + filter.end()
  return { text, thought: filter.thought }
}

const table: [what: string, text: string, visible: string, thought: boolean][] = [
  ['plain words', 'Bonjour. Ça va ?', 'Bonjour. Ça va ?', false],
  ['a tag', '<think>hm {"a":1} hm</think>Oui.', 'Oui.', true],
  ['a tag in capitals', '<THINK>hm</THINK>Oui.', 'Oui.', true],
  ['an empty tag', '<think>\n\n</think>\n\nOui.', '\n\nOui.', true],
  ['another name', '<reasoning>hm</reasoning>Oui.', 'Oui.', true],
  ['Mistral’s brackets', '[THINK]hm[/THINK]Oui.', 'Oui.', true],
  ['Kimi’s marks', '◁think▷hm◁/think▷Oui.', 'Oui.', true],
  ['a tag that is never closed', 'Oui. <think>hm', 'Oui. ', true],
  ['two tags', '<think>a</think>Oui. <think>b</think>Non.', 'Oui. Non.', true],
  ['a lone closing tag', 'hm\n</think>Oui.', 'hm\n</think>Oui.', true],
  ['a lone closing bracket', 'hm[/THINK]Oui.', 'hm</think>Oui.', true],
  [
    'channels',
    '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Oui.<|return|>',
    'Oui.',
    true,
  ],
  [
    'a tool’s channel',
    '<|channel|>commentary to=functions.x <|constrain|>json<|message|>{"a":1}<|call|>',
    '',
    true,
  ],
  [
    'a channel without an end before the final one',
    '<|channel|>analysis<|message|>hm<|channel|>final<|message|>Oui.',
    'Oui.',
    true,
  ],
  ['tokens of a template', '<s>Oui.<|im_end|><end_of_turn></s>', 'Oui.', false],
  ['a lone bracket', 'a < b [c] et <b>gras</b>', 'a < b [c] et <b>gras</b>', false],
  ['an open bracket at the end', 'Oui. <thi', 'Oui. <thi', false],
]
describe('what a model thinks is removed, whatever the size of the pieces', () => {
  for (const [what, text, expected, thought] of table)
    test(what, () => {
      const result = { text: expected, thought }
      expect(visible([text])).toEqual(result)
      expect(visible([...text])).toEqual(result)
      expect(visible(text.match(/[\s\S]{1,3}/g) ?? [])).toEqual(result)
    })
})
