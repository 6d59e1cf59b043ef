// Bytes and texts as the standards write them: strict base64, hexadecimal digits, UTF-8 without mercy.

export const BYTE_ORDER_MARK = '\uFEFF';
const WHITE = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;
const WHITE_RUN = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** The text of bytes, or null where they are no UTF-8. A byte order mark is kept: it is a character like any other. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export const bytesOfHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Standard base64 with padding, in its one canonical form (RFC 4648 4 and 3.5); null for anything else. */
export function base64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const raw = atob(text);
  return btoa(raw) === text ? Uint8Array.from(raw, (character) => character.charCodeAt(0)) : null;
}

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Eight bytes, the highest first. */
export function bigEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** The order of paths in every list: by their UTF-8 bytes, which is the order of their code points. */
export function byBytes(a: string, b: string): number {
  const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [l, r] = [left.next(), right.next()];
    if (l.done || r.done) return l.done ? (r.done ? 0 : -1) : 1;
    if (l.value !== r.value) return (l.value.codePointAt(0) ?? 0) - (r.value.codePointAt(0) ?? 0);
  }
}

/** Without the white space of Unicode around it; a byte order mark is none. */
export const trimmed = (text: string): string => text.replace(WHITE, '');

export const oneLine = (text: string): string => trimmed(text).split(WHITE_RUN).join(' ');
