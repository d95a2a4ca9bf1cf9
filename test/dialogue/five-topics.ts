// A made-up desk of five topics: the shipped one with three more, whose symptoms, steps and endings are of every kind
// that a desk file can have. Its lines are lines of the shipped desk.

import { createDesk } from '../../src/desk/load-desk.ts'
import { overlaid } from '../../src/desk/overlay.ts'
import { texts } from '../support/shipped-desk.ts'

const yaml = async (name: string): Promise<unknown> =>
  Bun.YAML.parse(await Bun.file(new URL(`../../assets/desk/${name}.yaml`, import.meta.url)).text())

const ask = { ask: 'ask_symptom_internet', again: 'ask_symptom_internet_again' }
const step = { gesture: 'look', takesS: 5, say: 'step_sim', help: 'step_sim_help' }

const topics = {
  billing: null,
  electricity: {
    ...{ key: 3, menu: 'menu_sim', ...ask },
    symptoms: {
      blackout: { key: 2, menu: 'menu_sim', steps: ['fuse', 'meter', 'box_restart'] },
      smell: { key: 4, menu: 'menu_sim', fault: true, instead: { do: 'callBack', say: 'outage' } },
    },
  },
  garden: { key: 4, menu: 'menu_sim', instead: { do: 'handOver', say: 'wait' } },
  post: {
    key: 5,
    menu: 'menu_sim',
    ...ask,
    symptoms: { letter: { key: 5, menu: 'menu_sim', steps: ['meter'] } },
  },
}
const steps = {
  // Done leads to the next step, and "it does not work" to a technician.
  fuse: { ...step, done: 'next', stuck: 'next' },
  meter: { ...step, done: 'verify', stuck: 'technician' },
}

/** What every general symptom is called. */
const broken = '(?:marche|marchent) (?:toujours |encore )?(?:pas|plus)'
const words = (name: string) => ({ name, words: [{ weight: 3, any: [name] }] })

export const fiveTopics = createDesk({
  desk: overlaid(await yaml('desk'), { topics, steps }),
  words: {
    fr: overlaid(await yaml('fr'), {
      topics: {
        billing: null,
        ...{ electricity: words('electricite'), garden: words('jardin'), post: words('courrier') },
      },
      symptoms: {
        blackout: { name: 'noir', any: ['plus de courant', broken] },
        ...{ smell: { name: 'odeur', any: ['odeur'] }, letter: { name: 'lettre', any: ['lettre', broken] } },
      },
      steps: { fuse: { name: 'fusible' }, meter: { name: 'compteur' } },
    }),
  },
  lines: { fr: texts.fr.lines },
})
