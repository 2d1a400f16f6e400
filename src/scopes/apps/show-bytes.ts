/** Characters of a name that are shown. */
const MOST_CHARACTERS = 60;

const UTF8 = new TextDecoder();

/** Most names are shown as they are, and a file can be all wrong. */
const PLAIN = /^[ -~]{0,60}$/;

/**
 * Show a byte string in a sentence for people: as UTF-8, in backquotes, on one line.
 *
 * Bytes that are not UTF-8, and control characters, become U+FFFD. Cut after 60 characters.
 */
export function showBytes(bytes: string): string {
  if (PLAIN.test(bytes)) return `\`${bytes}\``;
  const start = bytes.slice(0, 4 * (MOST_CHARACTERS + 1));
  const text = UTF8.decode(Uint8Array.from(start, (byte) => byte.charCodeAt(0)));
  const characters = [...text.replaceAll(/\p{C}/gu, '\ufffd')];
  return characters.length > MOST_CHARACTERS
    ? `\`${characters.slice(0, MOST_CHARACTERS).join('')}…\``
    : `\`${characters.join('')}\``;
}
