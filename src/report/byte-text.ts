const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Show a byte string of the kernel's or of a file as text: UTF-8 where it is, each byte above 127 as `\xNN` where it is
 * not. Distinct names stay distinct but for one that spells such a `\\xNN` out: systemd's own escapes are shown as they are.
 */
export function toText(bytes: string): string {
  try {
    return STRICT_UTF8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    // No UTF-8: a name may hold any bytes.
    return bytes.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  }
}
