/**
 * null < (a word that we do not know) < Partial < Error < Complete < Processed. `Error` says that the data stopped
 * coming, so it outranks Partial; it stands only until Complete or Processed, told before it or after.
 */
const RANK: Readonly<Record<string, number>> = { Partial: 1, Error: 2, Complete: 3, Processed: 4 };

/** The further of two, so that late, double and shuffled news end the same. */
export function higherAvailability(known: string | null, news: string): string {
  if (known === null) return news;
  return rank(news) > rank(known) ? news : known;
}

function rank(word: string): number {
  return RANK[word] ?? 0;
}
