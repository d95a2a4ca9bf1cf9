// The texts of the page's part about costs.

const fr = {
  title: 'Coût du jour',
  hint: 'D’après les prix publics des fournisseurs ; leurs factures font foi.',
  none: 'Rien n’a été consommé aujourd’hui.',
  budget: 'sur un budget de',
  isSpent:
    'Budget du jour épuisé : les nouveaux appels se font aux touches, sans fournisseur, jusqu’à minuit.',
  columns: { model: 'Modèle', used: 'Consommé', cost: 'Coût' },
  noPrice: 'prix inconnu',
  prompt: 'jetons lus',
  completion: 'jetons écrits',
  estimated: 'estimés',
  characters: 'caractères dits',
  minutes: 'min écoutées',
}

const en: typeof fr = {
  title: 'Cost today',
  hint: 'By the vendors’ list prices; their bills are what counts.',
  none: 'Nothing was used today.',
  budget: 'of a budget of',
  isSpent: 'The budget of the day is spent: new calls use keys and ask no vendor until midnight.',
  columns: { model: 'Model', used: 'Used', cost: 'Cost' },
  noPrice: 'price unknown',
  prompt: 'tokens read',
  completion: 'tokens written',
  estimated: 'estimated',
  characters: 'characters spoken',
  minutes: 'min heard',
}

export const spendingTexts = { fr, en }
