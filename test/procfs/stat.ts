/** A line of /proc/ID/stat of a process that is called x. */
export function statOf(
  id: number,
  state: string,
  parent: number,
  { start = 100, threads = 1 } = {},
): string {
  const zeros = (length: number) => Array.from({ length }, () => '0').join(' ');
  return `${id} (x) ${state} ${parent} ${zeros(15)} ${threads} 0 ${start} 0 0\n`;
}
