/** Two words are near where the edits from one to the other are at most this share of the longer one's letters. */
const MAX_DIFFERENT = 0.4;

/** The known word that a mistyped one is nearest to; `undefined` where none is near. */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  let nearest: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    // Each letter that one is longer is an edit; a long word takes long to compare.
    const most = MAX_DIFFERENT * Math.max(word.length, name.length);
    if (Math.abs(word.length - name.length) > most) continue;
    const distance = countEdits(word.toLowerCase(), name.toLowerCase());
    if (distance <= most && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY)) {
      nearest = { name, distance };
    }
  }
  return nearest?.name;
}

/** Edits that make one word of the other: a letter added, removed, replaced, or swapped with the next. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length] ?? 0;
}
