// Leaf, node and the walk from a leaf to the root (RFC 6962 2.1, RFC 9162 2.1.3.2).
import { same } from './bytes';
import { Refused } from './refused';
import { sha256 } from './sha256';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry: Uint8Array): Uint8Array => sha256(LEAF, entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);

/** Throws unless the hashes lead from the leaf at `index` of `size` to the root. */
export function verifyInclusion(leaf: Uint8Array, { index, size }: { index: bigint; size: bigint }, proof: Uint8Array[], root: Uint8Array): void {
  if (index >= size) throw new Refused('inclusion_range');
  let node = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n) throw new Refused('inclusion_length');
    const fromLeft = (node & 1n) === 1n || node === last;
    hash = fromLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    // The right-most node of a level without a sibling is lifted until it is a right child.
    while (fromLeft && (node & 1n) === 0n) {
      node >>= 1n;
      last >>= 1n;
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Refused('inclusion_length');
  if (!same(hash, root)) throw new Refused('inclusion_root');
}
