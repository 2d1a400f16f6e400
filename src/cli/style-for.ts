import type { WriteStream } from 'node:tty';
import { inspect } from 'node:util';
import type { Style } from '../report/page-table.ts';

/** What of a stream says whether it shows colours. */
type Stream = Pick<NodeJS.WriteStream, 'isTTY'> & Partial<Pick<WriteStream, 'getColorDepth'>>;

/**
 * Styles for what goes to a stream: none where it is no terminal, or where NO_COLOR or TERM say that there are to be none.
 *
 * Not `styleText` of `node:util`, which the Node.js of Debian 12 lacks.
 */
export function styleFor(stream: Stream): Style {
  // Two colours are one bit; the stream reads the environment.
  if (!stream.isTTY || (stream.getColorDepth?.() ?? 1) <= 1) return (_, text) => text;
  return (format, text) => {
    const [open, close] = inspect.colors[format] ?? [0, 0];
    return `\x1b[${open}m${text}\x1b[${close}m`;
  };
}
