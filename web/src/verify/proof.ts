// Proof files (C2SP tlog-proof): one entry's place in a log, with the signed checkpoint.
import { base64, textOf, utf8 } from './bytes';
import { leafHash, verifyInclusion } from './merkle';
import { type Checkpoint, MAX_NOTE_BYTES, wholeNumber } from './note';
import { Refused } from './refused';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

export interface EntryProof {
  index: bigint;
  /** From the sibling of the leaf up to the child of the root. */
  hashes: Uint8Array[];
  /** The signed checkpoint, byte for byte. */
  checkpoint: Uint8Array;
}

/** Reads a proof file; nothing in it is verified yet. */
export function parseProof(bytes: Uint8Array): EntryProof {
  if (bytes.length > 2 * MAX_NOTE_BYTES) throw new Refused('proof_large');
  const text = textOf(bytes);
  if (text === null) throw new Refused('proof_utf8');
  const at = text.indexOf('\n\n');
  if (at < 0) throw new Refused('proof_empty_line');
  const lines = text.slice(0, at).split('\n');
  if (lines.shift() !== FIRST_LINE) throw new Refused('proof_first');
  if (lines[0]?.startsWith('extra ') && !base64((lines.shift() ?? '').slice(6))) throw new Refused('proof_extra');
  const line = lines.shift() ?? '';
  const index = line.startsWith('index ') ? wholeNumber(line.slice(6)) : null;
  if (index === null) throw new Refused('proof_index');
  const hashes = lines.slice(0, MAX_HASHES + 1).map((one) => base64(one));
  if (hashes.length > MAX_HASHES || !hashes.every((hash) => hash?.length === 32)) throw new Refused('proof_hash');
  return { index, hashes: hashes as Uint8Array[], checkpoint: utf8(text.slice(at + 2)) };
}

/** Throws unless the proof shows that the entry stands in the tree of the checkpoint, which somebody else has opened. */
export function verifyEntry(proof: EntryProof, entry: Uint8Array, { size, root }: Checkpoint): void {
  verifyInclusion(leafHash(entry), { index: proof.index, size }, proof.hashes, root);
}
