import { toText } from './byte-text.ts';

/**
 * A byte string as one word of a command line, to be pasted into bash: nothing in it is obeyed, whoever chose the name.
 * Bytes that no terminal shows are spelled out.
 */
export function toShellWord(bytes: string): string {
  if (/^[\w@%+=:,./-]+$/.test(bytes)) return bytes;
  const text = toText(bytes);
  const isText = Buffer.from(text).toString('latin1') === bytes;
  if (isText && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    return `'${text.replaceAll("'", `'\\''`)}'`;
  const spelled = bytes.replace(
    /[^ -~]|['\\]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `$'${spelled}'`;
}
