// The texts about what callers say in words that no rule knows.

const fr = {
  said: 'Vos appelants disent',
  saidExample: 'c’est tout vert',
  means: 'ce qui veut dire',
  meansExample: 'oui ça marche',
  kept: 'Gardé au brouillon : essayez la phrase avec le brouillon.',
  withDraft: 'avec le brouillon',
}

const en: typeof fr = {
  said: 'Your callers say',
  saidExample: 'c’est tout vert',
  means: 'which means',
  meansExample: 'oui ça marche',
  kept: 'Kept in the draft: try the sentence with the draft.',
  withDraft: 'with the draft',
}

export const sayingTexts = { fr, en }
