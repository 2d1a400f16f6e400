/**
 * A whole number from 0 on, as the kernel writes it.
 *
 * @returns `undefined` for anything else, and for a number that a double cannot hold: the kernel has no so high one.
 */
export function toCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
