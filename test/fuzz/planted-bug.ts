/** Breaks where four characters come together, each of which has a block of its own. */
export function parsePlanted(text: string): string {
  if (text.includes('=')) {
    if (text.includes('#')) {
      if (text.includes('*')) {
        if (text.includes(')')) throw new Error('found');
        return 'three';
      }
      return 'two';
    }
    return 'one';
  }
  return 'none';
}
