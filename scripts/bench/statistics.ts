/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const below = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const above = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (below + above) / 2;
}

/**
 * Where the true median lies with at least 95 %, whatever the distribution: between the values that are equally far from
 * both ends, so far that a fair coin falls like that in at most 5 %. With less than six values, all of them.
 */
export function medianInterval(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let outside = 0;
  let atMostOneSided = 0.5 ** n;
  let probability = 0.5 ** n;
  while (atMostOneSided <= 0.025) {
    outside += 1;
    probability = (probability * (n - outside + 1)) / outside;
    atMostOneSided += probability;
  }
  const cut = Math.max(0, outside - 1);
  return [sorted[cut] ?? Number.NaN, sorted[n - 1 - cut] ?? Number.NaN];
}
