import { describe, expect, it } from 'vitest';
import { newKey, path, root } from '../../e2e/sample.mjs';
import { manifest, readManifest } from './bag';
import { base64, byBytes, hex, utf8 } from './bytes';
import { readJson } from './json';
import { EXAMPLE, ed25519, holds, parseKey } from './keys';
import { leafHash, verifyInclusion } from './merkle';
import { openCheckpoint, parseNote, signersOf } from './note';
import { parseProof } from './proof';
import { Refused } from './refused';
import { Sha256, digestOf, sha256 } from './sha256';

const why = async (act: () => unknown): Promise<string> => {
  try {
    await act();
    return 'nothing';
  } catch (error) {
    if (error instanceof Refused) return error.key;
    throw error;
  }
};

describe('SHA-256', () => {
  it('agrees with FIPS 180-4', () => {
    expect(hex(sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const million = new Sha256();
    for (let i = 0; i < 1000; i += 1) million.take(utf8('a'.repeat(1000)));
    expect(hex(million.finish())).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
  });

  it('agrees with the browser at every length around a block, in one piece or many', async () => {
    for (let n = 0; n <= 200; n += 1) {
      const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 31 + n) & 255);
      const own = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
      const pieces = new Sha256();
      for (let at = 0; at < n; at += 7) pieces.take(bytes.subarray(at, at + 7));
      expect([hex(sha256(bytes)), hex(pieces.finish())]).toEqual([own, own]);
    }
  });

  it('of a large file, in pieces, is that of the whole', async () => {
    const file = new Blob([new Uint8Array(9_000_001).fill(7)]);
    const seen: number[] = [];
    expect(await digestOf(file, { wholeMax: 0, progress: (n) => seen.push(n) })).toBe(await digestOf(file));
    expect(seen).toEqual([4_194_304, 8_388_608, 9_000_001]);
  });
});

describe('signed notes', () => {
  const lines = `\u2014 example.com/foo ${EXAMPLE.signature}\n`;
  const key = parseKey(EXAMPLE.vkey);

  it('verify the published example', async () => {
    const algorithm = await ed25519();
    const signers = (text: string) => signersOf(parseNote(utf8(text)), [key], algorithm);
    expect(await signers(`${EXAMPLE.text}\n${lines}`)).toEqual([key]);
    expect(await why(() => signers(`${EXAMPLE.text} \n${lines}`))).toBe('note_form');
    expect(await why(() => signers(`X${EXAMPLE.text}\n${lines}`))).toBe('note_altered');
    expect(await why(() => signers(`${EXAMPLE.text}\n${lines.replace('foo', 'bar')}`))).toBe('note_unsigned');
    expect(await why(() => signers(`${EXAMPLE.text}\n${lines.replace('\u2014', '-')}`))).toBe('note_line');
    expect(await why(() => signers(`${EXAMPLE.text}\n${lines}`.replaceAll('\n', '\r\n')))).toBe('note_form');
    expect(await why(() => signers(`${EXAMPLE.text}\n${lines.repeat(101)}`))).toBe('note_large');
  });

  it('verify nothing in a browser without Ed25519', async () => {
    expect(await ed25519(undefined)).not.toBeNull();
    const none = { importKey: () => Promise.reject(new DOMException('no', 'NotSupportedError')) } as unknown as SubtleCrypto;
    expect(await ed25519(none)).toBeNull();
    const careless = { importKey: () => Promise.resolve({}), verify: () => Promise.resolve(true) } as unknown as SubtleCrypto;
    expect(await ed25519(careless)).toBeNull();
  });

  it('refuse a signature that holds for everything', async () => {
    const algorithm = await ed25519();
    const neutral = new Uint8Array(64);
    neutral[0] = 1;
    expect(await holds(key, EXAMPLE.text, neutral, algorithm)).toBe(false);
  });

  it('carry checkpoints of the log itself alone', async () => {
    const [log, other] = [newKey('a.example/log'), newKey('b.example/log')];
    const keys = [parseKey(log.vkey), parseKey(other.vkey)];
    const rootLine = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
    const algorithm = await ed25519();
    const open = (text: string) => openCheckpoint(utf8(text), keys, algorithm);
    expect(await open(log.note(`a.example/log\n0\n${rootLine}\n`))).toMatchObject({ origin: 'a.example/log', size: 0n });
    expect(await why(() => open(other.note(`a.example/log\n0\n${rootLine}\n`)))).toBe('checkpoint_not_by_log');
    expect(await why(() => open(log.note(`a.example/log\n00\n${rootLine}\n`)))).toBe('checkpoint_size');
    expect(await why(() => open(log.note(`a.example/log\n18446744073709551616\n${rootLine}\n`)))).toBe('checkpoint_size');
    expect(await why(() => open(log.note(`a.example/log\n0\n${rootLine.replace('U=', 'V=')}\n`)))).toBe('checkpoint_root');
  });
});

describe('keys', () => {
  it('are read where they are whole', async () => {
    expect(parseKey(EXAMPLE.vkey)).toMatchObject({ name: 'example.com/foo', id: '530d903a', type: 1 });
    expect(parseKey('remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2')).toMatchObject({ id: 'da77ade7', type: 4 });
    const bad: [string, string][] = [
      ['', 'key_form'], ['a+b', 'key_form'], [EXAMPLE.vkey.replace('530d903a', '530d903b'), 'key_id'], [EXAMPLE.vkey.replace('530d903a', '530d903'), 'key_form'],
      [EXAMPLE.vkey.replace('+A', '+C'), 'key_algorithm'], [EXAMPLE.vkey.replace('example', 'exa mple'), 'key_name'], [EXAMPLE.vkey.replace('example', 'sample'), 'key_id'],
      [`x+00000000+${btoa(`\x01\x01${'\0'.repeat(31)}`)}`, 'key_bytes'], [`x+00000000+${btoa('\x01short')}`, 'key_bytes'], [`x+00000000+${btoa(`\x01\x02${'\0'.repeat(31)}`)}`, 'key_bytes'],
    ];
    for (const [text, key] of bad) expect([text, await why(() => parseKey(text))]).toEqual([text, key]);
  });
});

describe('inclusion', () => {
  const entries = Array.from({ length: 21 }, (_, n) => utf8(`entry ${n}`));

  it('is proved for every leaf of every small tree, and for nothing else', async () => {
    for (let size = 1; size <= entries.length; size += 1) {
      const some = entries.slice(0, size);
      const top = root(some);
      for (let index = 0; index < size; index += 1) {
        const hashes = path(index, some);
        const verify = (leaf: number, at: { index: bigint; size: bigint }, proof: Uint8Array[], to: Uint8Array = top) => why(() => verifyInclusion(leafHash(entries[leaf] ?? new Uint8Array()), at, proof, to));
        const at = { index: BigInt(index), size: BigInt(size) };
        expect(await verify(index, at, hashes)).toBe('nothing');
        expect(await verify((index + 1) % entries.length, at, hashes)).toBe('inclusion_root');
        expect(await verify(index, at, [...hashes, top])).toBe('inclusion_length');
        expect(await verify(index, at, hashes, leafHash(top))).toBe('inclusion_root');
        if (hashes.length > 0) expect(await verify(index, at, hashes.slice(1))).toBe('inclusion_length');
        if (hashes.length > 0) expect(await verify(index, { ...at, index: at.index ^ 1n }, hashes)).not.toBe('nothing');
        expect(await verify(index, { index: at.size, size: at.size }, hashes)).toBe('inclusion_range');
      }
    }
  });

  it('is read from proof files strictly', async () => {
    const head = 'c2sp.org/tlog-proof@v1\n';
    const hash = `${'A'.repeat(43)}=\n`;
    expect(parseProof(utf8(`${head}extra AAAA\nindex 7\n${hash}${hash}\nnote\n\nmore`))).toMatchObject({ index: 7n, hashes: { length: 2 }, checkpoint: utf8('note\n\nmore') });
    expect(parseProof(utf8(`${head}index 0\n\nnote`)).hashes).toEqual([]);
    const bad: [string, string][] = [
      ['index 0\n\n', 'proof_first'], [`${head}index 0\n`, 'proof_empty_line'], [`${head}index 01\n\n`, 'proof_index'], [`${head}extra ?\nindex 1\n\n`, 'proof_extra'],
      [`${head}index 1\nAAAA\n\n`, 'proof_hash'], [`${head}index 1\n${hash.repeat(64)}\n`, 'proof_hash'],
    ];
    for (const [text, key] of bad) expect([text, await why(() => parseProof(utf8(text)))]).toEqual([text, key]);
    expect(await why(() => parseProof(Uint8Array.of(255)))).toBe('proof_utf8');
  });
});

describe('texts', () => {
  it('base64 has one form', () => {
    expect(base64('AAE=')).toEqual(Uint8Array.of(0, 1));
    for (const bad of ['AAE', 'AAF=', 'AA E', 'AAE=\n', 'A===', '-_==']) expect(base64(bad), bad).toBeNull();
  });

  it('paths are ordered by their bytes', () => {
    const paths = ['\u{1F600}', '\uFFFD', 'b', 'a/b', 'a', 'é'];
    expect([...paths].sort(byBytes)).toEqual([...paths].sort((a, b) => (hex(utf8(a)) < hex(utf8(b)) ? -1 : 1)));
  });

  it('a list of digests has one form', () => {
    const digest = 'ab'.repeat(32);
    const text = manifest([['b%\n', digest], ['a', digest]]);
    expect(text).toBe(`${digest}  a\n${digest}  b%25%0A\n`);
    expect(readManifest(text)).toEqual(new Map([['a', digest], ['b%\n', digest]]));
    const bad = [text.slice(0, -1), text.replaceAll('\n', '\r\n'), text.toUpperCase(), text.replace('  ', ' '), text + text, text.split('\n').reverse().join('\n'), `${text}\n`];
    for (const one of bad) expect(readManifest(one), one).toBeNull();
  });

  it('JSON is read as strictly as the program reads it', () => {
    const read = (text: string) => readJson(utf8(text));
    for (const good of ['{}', ' [1, -0.5e3, "\\ud83d\\ude00 \\n"] ', 'null', '"\u2028"', `${'['.repeat(127)}${']'.repeat(127)}`]) {
      expect(read(good), good).not.toBeUndefined();
      expect(() => JSON.parse(good) as unknown).not.toThrow();
    }
    for (const bad of ['', '{} {}', '[1,]', '{"a"}', '01', '+1', '1.', '.5', '1e999', '"\\ud800"', '"\\udc00"', '"\t"', '"\\x"', "'a'", 'nul', '\uFEFF{}', `${'['.repeat(128)}${']'.repeat(128)}`]) {
      expect(read(bad), bad).toBeUndefined();
    }
    expect(read('{"a": 1, "b": 2, "a": 3}')).toMatchObject({ repeated: new Set(['a']) });
  });
});
