// Signed notes (C2SP signed-note) and the checkpoints that they carry (C2SP tlog-checkpoint), read as strictly as the
// program reads them: one note has one form.
import { base64, hex, same, textOf } from './bytes';
import { type Ed25519, type VerifierKey, holds, isKeyName, signsCheckpoints } from './keys';
import { Refused } from './refused';

export const MAX_NOTE_BYTES = 1 << 20;
const MAX_SIGNATURES = 100;
const MAX_U64 = 2n ** 64n - 1n;

interface Signature {
  name: string;
  id: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface SignedNote {
  /** What is signed, with its final line feed. */
  text: string;
  signatures: Signature[];
}

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Uint8Array;
}

export function parseNote(bytes: Uint8Array): SignedNote {
  if (bytes.length > MAX_NOTE_BYTES) throw new Refused('note_large');
  const all = textOf(bytes) ?? '';
  // The text may hold empty lines: the last one divides.
  const at = all.lastIndexOf('\n\n');
  const lines = all.slice(at + 2);
  if (at < 0 || !lines.endsWith('\n') || /[\x00-\x09\x0b-\x1f]/.test(all)) throw new Refused('note_form');
  const each = lines.slice(0, -1).split('\n');
  if (each.length > MAX_SIGNATURES) throw new Refused('note_large');
  return { text: all.slice(0, at + 1), signatures: each.map(parseSignature) };
}

function parseSignature(line: string): Signature {
  const [, name = '', data = ''] = /^\u2014 ([^ ]*) (.*)$/.exec(line) ?? [];
  const bytes = base64(data);
  if (!bytes || bytes.length <= 4 || !isKeyName(name)) {
    throw new Refused('note_line', { line: quoted([...line].slice(0, 200).join('')) });
  }
  return { name, id: hex(bytes.subarray(0, 4)), bytes: bytes.slice(4) };
}

/** Text in quotes; what cannot be seen is shown by its number. */
function quoted(text: string): string {
  const hidden = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}\p{Grapheme_Extend}]|(?! )\p{Zs}/gu;
  const numbered = (one: string) => ({ '\t': '\\t', '\r': '\\r', '\0': '\\0' })[one] ?? `\\u{${one.codePointAt(0)?.toString(16)}}`;
  return `"${text.replace(/["\\]/g, '\\$&').replace(hidden, numbered)}"`;
}

/** Checks every signature of a known key and returns those keys: one that fails condemns the note, and there must be one. */
export async function signersOf(note: SignedNote, keys: VerifierKey[], algorithm: Ed25519 | null): Promise<VerifierKey[]> {
  const signers: VerifierKey[] = [];
  for (const signature of note.signatures) {
    const [key, ...others] = keys.filter((one) => one.name === signature.name && one.id === signature.id);
    if (!key) continue;
    if (others.some((other) => other.type !== key.type || !same(other.bytes, key.bytes))) throw new Refused('note_ambiguous', { name: key.name });
    if (!(await holds(key, note.text, signature.bytes, algorithm))) throw new Refused('note_altered', { name: key.name });
    signers.push(key);
  }
  if (signers.length === 0) throw new Refused('note_unsigned');
  return signers;
}

export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new Refused('checkpoint_end');
  const [origin = '', digits = '', data = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '') throw new Refused('checkpoint_origin');
  const size = wholeNumber(digits);
  if (size === null) throw new Refused('checkpoint_size');
  const root = base64(data);
  if (root?.length !== 32) throw new Refused('checkpoint_root');
  if (extensions.includes('')) throw new Refused('checkpoint_extension');
  return { origin, size, root };
}

/** A signed checkpoint, signed by the log itself with one of the keys, and no signature of any of them fails. */
export async function openCheckpoint(bytes: Uint8Array, keys: VerifierKey[], algorithm: Ed25519 | null): Promise<Checkpoint> {
  const note = parseNote(bytes);
  const signers = await signersOf(note, keys, algorithm);
  const checkpoint = parseCheckpoint(note.text);
  if (!signers.some((key) => signsCheckpoints(key) && key.name === checkpoint.origin)) throw new Refused('checkpoint_not_by_log');
  return checkpoint;
}

/** A decimal number of 64 bits without leading zeros. */
export function wholeNumber(digits: string): bigint | null {
  if (!/^(0|[1-9]\d{0,19})$/.test(digits)) return null;
  const value = BigInt(digits);
  return value <= MAX_U64 ? value : null;
}
