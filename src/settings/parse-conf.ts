/** One `name = value`. */
export interface ConfLine {
  /** The section that it stands in, without brackets. */
  readonly section: string;
  readonly name: string;
  /** All that stands behind the first `=`; may be empty. */
  readonly value: string;
  /** Number of the line, from 1. */
  readonly line: number;
}

/** A configuration file of Netdata, line by line. */
export interface Conf {
  readonly lines: readonly ConfLine[];
  /** Every section that begins, in order; one can begin more than once. */
  readonly sections: readonly { readonly name: string; readonly line: number }[];
  /** Lines that Netdata would ignore, and what is wrong with them. */
  readonly ignored: readonly Complaint[];
}

/** Something that is wrong with a line. It is put into words only where it is shown: a file can be all wrong. */
export interface Complaint {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly describe: () => string;
}

/**
 * Read the text of a configuration file as Netdata reads it: only a line that begins with `#` is a comment; there are no
 * quotes, escapes or lists; the case of names and sections matters.
 *
 * @see netdata/netdata libnetdata/config/appconfig.c
 */
export function parseConf(text: string): Conf {
  const lines: ConfLine[] = [];
  const sections: { name: string; line: number }[] = [];
  const ignored: Complaint[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const content = trim(raw);
    if (content === '' || content.startsWith('#')) continue;
    if (content.startsWith('[') && content.endsWith(']')) {
      sections.push({ name: content.slice(1, -1), line });
      continue;
    }
    const section = sections.at(-1)?.name;
    const split = content.indexOf('=');
    if (section === undefined) {
      ignored.push({
        line,
        describe: () => `${quote(content)} stands in no section; write [global] above it`,
      });
    } else if (split <= 0) {
      ignored.push({ line, describe: () => `${quote(content)} is not NAME = VALUE` });
    } else {
      const [name, value] = [content.slice(0, split), content.slice(split + 1)].map(trim);
      lines.push({ section, name: name ?? '', value: value ?? '', line });
    }
  }
  return { lines, sections, ignored };
}

/** A longer text is cut in a message. */
const MOST_QUOTED = 200;

/** Text from outside, quoted for a message: control characters are escaped, because a terminal would obey them. */
export function quote(text: string): string {
  const shown = text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text;
  return JSON.stringify(shown).replace(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

const WHITE_SPACE = ' \t\v\f\r';

/** Trims what C's isspace() takes for white space; JavaScript's trim() takes more. */
function trim(text: string): string {
  let end = text.length;
  while (end > 0 && WHITE_SPACE.includes(text.charAt(end - 1))) end -= 1;
  let begin = 0;
  while (begin < end && WHITE_SPACE.includes(text.charAt(begin))) begin += 1;
  return text.slice(begin, end);
}
