// Ordinary words of a telephone call, in a different order for each number: a reply that no earlier reply was, and that
// the gate between the model and the voice lets through. It holds back numbers that the desk has not decided.

const words = 'bien parfait entendu volontiers certainement tranquillement doucement calmement'.split(' ')

/** @returns at least three words that stand for `n`, 0 or more */
export function ordinaryWords(n: number): string {
  const digits = n.toString(words.length).padStart(3, '0')
  return [...digits].map((digit) => words[Number(digit)]).join(' ')
}
