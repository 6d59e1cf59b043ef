// SHA-256 (FIPS 180-4). The browser's own where it has one and the file fits in memory; otherwise piece by piece here,
// because WebCrypto cannot take a file in pieces.
import { concat, hex } from './bytes';

const K = Uint32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
  0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
const BLOCK = 64;

/** A digest that grows with what it is given. */
export class Sha256 {
  private readonly state = Uint32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
  private readonly words = new Uint32Array(64);
  private rest = new Uint8Array(0);
  private length = 0;

  take(bytes: Uint8Array): this {
    this.length += bytes.length;
    const all = this.rest.length === 0 ? bytes : concat(this.rest, bytes);
    const whole = all.length - (all.length % BLOCK);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    for (let at = 0; at < whole; at += BLOCK) this.mix(view, at);
    this.rest = all.slice(whole);
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const bits = BigInt(this.length) * 8n;
    const padding = new Uint8Array(((55 - this.length) % BLOCK + BLOCK) % BLOCK + 9);
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, bits);
    this.take(padding);
    const digest = new Uint8Array(32);
    const view = new DataView(digest.buffer);
    this.state.forEach((word, i) => view.setUint32(4 * i, word));
    return digest;
  }

  private mix(view: DataView, at: number): void {
    const w = this.words;
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    const s = this.state;
    let a = s[0]!, b = s[1]!, c = s[2]!, d = s[3]!, e = s[4]!, f = s[5]!, g = s[6]!, h = s[7]!;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    s[0]! += a; s[1]! += b; s[2]! += c; s[3]! += d; s[4]! += e; s[5]! += f; s[6]! += g; s[7]! += h;
  }
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

export const sha256 = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Sha256().take(concat(...parts)).finish();

/** Files up to this size are digested in one piece by the browser. */
export const WHOLE_MAX_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 4 * 1024 * 1024;

export interface DigestOptions {
  /** Bytes of this file that are done. */
  progress?: (bytes: number) => void;
  signal?: AbortSignal | undefined;
  wholeMax?: number;
}

/** The digest of a file in hexadecimal digits; no more than one piece, or one small file, is in memory at a time. */
export async function digestOf(file: Blob, { progress, signal, wholeMax = WHOLE_MAX_BYTES }: DigestOptions = {}): Promise<string> {
  signal?.throwIfAborted();
  const own = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (own && file.size <= wholeMax) {
    const digest = new Uint8Array(await own.digest('SHA-256', await file.arrayBuffer()));
    progress?.(file.size);
    return hex(digest);
  }
  const digest = new Sha256();
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    digest.take(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
    signal?.throwIfAborted();
    progress?.(Math.min(at + PIECE_BYTES, file.size));
  }
  return hex(digest.finish());
}
