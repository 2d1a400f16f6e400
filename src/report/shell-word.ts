import { toText } from './byte-text.ts';

/**
 * Quote a byte string as one word for bash: nothing in it is expanded, whoever chose the name. Bytes that a terminal does
 * not show are spelled out.
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
