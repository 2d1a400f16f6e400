/** Text of mdoc(7), the language of manual pages. */

/** A text in which nothing is taken for a command of the formatter. */
export function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/…/g, '...')
    .replace(/^(?=[.'])/gm, '\\&');
}

/** One word among the arguments of a macro: spaces and what looks like a macro are kept. */
export function word(text: string): string {
  const safe = plain(text).replaceAll('"', '\\(dq');
  // Two letters may be the name of a macro, and punctuation is taken apart.
  const isPlain = /^[\w\\/-]{3,}$/.test(safe);
  return isPlain ? safe : `"\\&${safe}"`;
}

/** `.Sh NAME`, and what stands in the section. */
export function section(name: string, lines: readonly string[]): string[] {
  return [`.Sh ${name}`, ...lines];
}

/** A list of words, each with what it means. */
export function list(
  items: readonly { readonly head: string; readonly text: readonly string[] }[],
): string[] {
  return [
    '.Bl -tag -width indent',
    ...items.flatMap(({ head, text }) => [`.It ${head}`, ...text]),
    '.El',
  ];
}

/** Sentences as mdoc has them, each on a line of its own, with a full stop. */
export function sentences(text: string): string[] {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return plain(whole).split(/(?<=[.!?]) (?=[A-Z])/);
}

/** Break text at 78 characters, as the language wants it; lines of the formatter's are left as they are. */
export function wrap(line: string): string[] {
  if (/^[.']/.test(line)) return [line];
  const lines = [''];
  for (const one of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + one.length > 78)
      lines.push(one.replace(/^(?=[.'])/, '\\&'));
    else lines[lines.length - 1] = last === '' ? one : `${last} ${one}`;
  }
  return lines;
}
