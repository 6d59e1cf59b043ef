// Public keys (C2SP signed-note): the text form `vkey`, and whether a signature holds.
import { base64, concat, hex, utf8 } from './bytes';
import { Refused } from './refused';
import { sha256 } from './sha256';

const ED25519 = 0x01;
const COSIGNATURE = 0x04;

export interface VerifierKey {
  name: string;
  /** Eight lower-case hexadecimal digits. */
  id: string;
  type: typeof ED25519 | typeof COSIGNATURE;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Not empty, no space of Unicode, no control character, no `+`. */
export const isKeyName = (name: string): boolean => name !== '' && !/[+\p{White_Space}\p{Cc}]/u.test(name);

export const signsCheckpoints = (key: VerifierKey): boolean => key.type === ED25519;

/** Reads `name+hex id+base64(type, public key)`; base64 may hold further `+`. Throws [Refused]. */
export function parseKey(text: string): VerifierKey {
  const refused = (key: 'key_form' | 'key_name' | 'key_id' | 'key_bytes') => new Refused(key, { text });
  const found = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text);
  const [name = '', id = '', data = ''] = found?.slice(1) ?? [];
  const typed = base64(data);
  if (!found || !/^[0-9a-fA-F]{8}$/.test(id) || !typed || typed.length === 0) throw refused('key_form');
  const [type = 0, bytes] = [typed[0], typed.slice(1)];
  if (type !== ED25519 && type !== COSIGNATURE) throw new Refused('key_algorithm', { text, code: type.toString(16).padStart(2, '0') });
  if (!isPoint(bytes)) throw refused('key_bytes');
  if (!isKeyName(name)) throw refused('key_name');
  if (isSmall(bytes)) throw refused('key_bytes');
  const right = hex(sha256(utf8(`${name}\n`), typed).subarray(0, 4));
  if (right !== id.toLowerCase()) throw refused('key_id');
  return { name, id: right, type, bytes };
}

/** Whether a signature over a message holds under a key; null in a browser that cannot tell. */
export type Ed25519 = (key: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/** The browser's Ed25519, once it has shown on a published example that it works; null where it has none. */
export async function ed25519(subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle): Promise<Ed25519 | null> {
  if (!subtle) return null;
  const holds: Ed25519 = async (key, signature, message) => {
    const imported = await subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
    return subtle.verify({ name: 'Ed25519' }, imported, signature, message);
  };
  try {
    const key = parseKey(EXAMPLE.vkey);
    const signature = base64(EXAMPLE.signature)?.slice(4) ?? new Uint8Array();
    const right = await holds(key.bytes, signature, utf8(EXAMPLE.text));
    const wrong = await holds(key.bytes, signature, utf8(`${EXAMPLE.text} `));
    return right && !wrong ? holds : null;
  } catch {
    return null;
  }
}

/** The example of C2SP signed-note. */
export const EXAMPLE = {
  vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  text: 'This is an example message.\n',
  signature: 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=',
};

/** Whether a signature (the bytes after the key id) of a note's text holds. Without Ed25519 it is taken on trust. */
export async function holds(key: VerifierKey, text: string, signature: Uint8Array<ArrayBuffer>, algorithm: Ed25519 | null): Promise<boolean> {
  const isTimed = key.type === COSIGNATURE;
  const plain = isTimed ? signature.slice(8) : signature;
  if (plain.length !== 64) return false;
  if (isSmall(plain.subarray(0, 32))) return false;
  if (!algorithm) return true;
  const time = isTimed ? new DataView(signature.buffer, signature.byteOffset).getBigUint64(0) : 0n;
  const message = isTimed ? concat(utf8(`cosignature/v1\ntime ${time}\n`), utf8(text)) : utf8(text);
  return algorithm(key.bytes, plain, message);
}

const P = 2n ** 255n - 19n;
/** The curve's constant d = -121665/121666 (RFC 8032 5.1). */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

function power(base: bigint, exponent: bigint): bigint {
  let [result, factor] = [1n, base % P];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % P;
    factor = (factor * factor) % P;
  }
  return result;
}

/** The y coordinate, the sign of x cleared. */
function ordinate(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte, i) => (sum << 8n) | BigInt(i === 31 ? byte & 0x7f : byte), 0n) % P;
}

/** Whether 32 bytes are a point of the curve: (y² - 1) / (d y² + 1) is a square. */
function isPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const y2 = ordinate(bytes) ** 2n % P;
  const [u, v] = [(y2 - 1n + P) % P, (D * y2 + 1n) % P];
  return power(u * v, (P - 1n) / 2n) <= 1n;
}

/** The points of small order: 8 times one is the neutral element. Under such a key anything can be signed. */
const SMALL = new Set([
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  P - 2707385501144840649318225287225658788936804267575313519463743609750303402022n,
]);

const isSmall = (bytes: Uint8Array): boolean => SMALL.has(ordinate(bytes));
