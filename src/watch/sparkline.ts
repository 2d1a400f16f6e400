/** From none to the highest. */
const BLOCKS = '▁▂▃▄▅▆▇█';

/** For terminals that take no UTF-8. */
const ASCII = '_.:-=+*#';

/** Draw rates as one character each, the highest at full height; a blank where nothing is known. */
export function drawSparkline(rates: readonly (number | null)[], isAscii: boolean): string {
  const marks = isAscii ? ASCII : BLOCKS;
  const highest = Math.max(0, ...rates.map((rate) => rate ?? 0));
  return rates
    .map((rate) => {
      if (rate === null) return ' ';
      // Whatever is not nothing is seen.
      return marks[rate === 0 ? 0 : Math.max(1, Math.ceil((rate / highest) * (marks.length - 1)))];
    })
    .join('');
}
