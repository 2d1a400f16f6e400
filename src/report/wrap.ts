/** Columns of a page that goes to no terminal. */
export const PAGE_COLUMNS = 80;

/** Lines of it, with the one on which the shell waits. */
export const PAGE_LINES = 24;

/** Two columns each: the East Asian scripts, their full-width forms, and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;

/** How many columns of a terminal a character takes. */
export function columnsOf(character: string): number {
  return WIDE.test(character) ? 2 : 1;
}

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Into lines of so many columns; a word that is longer stays whole. A number stays with its `%`. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1);
    if (last === undefined || widthOf(last) + widthOf(word) + 1 > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
