/** Made once: `toLocaleString` makes one each time. */
const DIGITS = new Intl.NumberFormat('en-US');

/** Events a second, in as few characters as tell it: 0, 0.5, 12, 1,234, 123k. */
export function showRate(rate: number | null): string {
  if (rate === null) return '-';
  if (rate >= 100_000) return showThousands(rate);
  if (rate >= 9.95 || Number.isInteger(rate)) return DIGITS.format(Math.round(rate));
  // What is not nothing is not shown as 0.
  return rate < 0.05 ? '<0.1' : rate.toFixed(1);
}

/** A count in at most seven characters. */
export function showCount(count: number | null): string {
  if (count === null) return '-';
  return count >= 1_000_000 ? showThousands(count) : DIGITS.format(count);
}

function showThousands(value: number): string {
  const [divided, unit] =
    value >= 1e9 ? [value / 1e9, 'G'] : value >= 1e6 ? [value / 1e6, 'M'] : [value / 1e3, 'k'];
  return `${divided < 100 ? divided.toFixed(1) : Math.round(divided)}${unit}`;
}
