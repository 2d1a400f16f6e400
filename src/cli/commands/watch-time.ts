/** The local time of day of a moment in milliseconds since 1970. */
export function showTime(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}
