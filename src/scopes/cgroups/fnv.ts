const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32-bit FNV-1 of a byte string: multiply, then take in the byte. */
export function fnv1(bytes: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < bytes.length; i += 1) {
    hash = Math.imul(hash, PRIME) ^ (bytes.charCodeAt(i) & 0xff);
  }
  return hash >>> 0;
}

/**
 * 32-bit FNV-1a of a byte string: take in the byte, then multiply.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(bytes: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < bytes.length; i += 1) {
    hash = Math.imul(hash ^ (bytes.charCodeAt(i) & 0xff), PRIME);
  }
  return hash >>> 0;
}
