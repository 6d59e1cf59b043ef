import { beforeAll, describe, expect, it } from 'vitest';
import { makePackage, newKey, type PackageFiles } from '../../e2e/sample.mjs';
import { tamperings, unseen } from '../../e2e/tamper.mjs';
import { type Verdicts, keyText, verifyPackage } from './check';
import { type VerifierKey, parseKey } from './keys';
import { faultText } from './words';

const { files, vkey } = makePackage();
const given = (all: PackageFiles) => [...all].map(([path, bytes]) => ({ path, blob: new Blob([bytes]) }));
const check = (all: PackageFiles, keys: VerifierKey[] = []): Promise<Verdicts> => verifyPackage({ given: given(all), keys });
const said = ({ faults }: Verdicts): string[] => faults.map((fault) => `${fault.at}: ${faultText(fault, 'en')}`);

describe('a package', () => {
  it('is sound, and everything in it was looked at', async () => {
    const found = await check(files, [parseKey(vkey)]);
    expect([found.verdict, said(found), found.notes]).toEqual(['sound', [], []]);
    expect(found.n).toMatchObject({ files: files.size, proofs: 8, proved: 8, mission: 3, captures: 3, results: 1 });
    expect(found.checkpoint).toMatchObject({ origin: 'sample.example/evidence', size: 18n });
  });

  it('is sound by its own key, which is said', async () => {
    const found = await check(files);
    expect([found.verdict, found.keyIsGiven, found.notes.map(({ key }) => key)]).toEqual(['sound', false, ['note_key_inside']]);
    expect(found.keys.map(keyText)).toEqual([vkey]);
  });

  it('is not sound by the key of somebody else', async () => {
    const found = await check(files, [parseKey(newKey('sample.example/evidence').vkey)]);
    expect([found.verdict, found.notes.map(({ key }) => key)]).toEqual(['not_sound', ['note_other_key']]);
    expect(said(found)).toContain('data/proofs/checkpoint: no signature of a known key');
  });

  it('is never sound where signatures cannot be checked', async () => {
    const found = await verifyPackage({ given: given(files), keys: [], algorithm: null });
    expect([found.verdict, found.signatures, found.faults]).toEqual(['undecided', false, []]);
    const changed = await verifyPackage({ given: given(tamperings['a bit of a capture']!(files)), keys: [], algorithm: null });
    expect(changed.verdict).toBe('not_sound');
  });

  it('withholds captures and says so', async () => {
    const found = await check(makePackage({ isWithheld: true }).files);
    expect([found.verdict, found.n.captures]).toEqual(['sound', 2]);
    expect(found.notes).toContainEqual({ key: 'note_withheld', values: { n: '1' } });
  });

  it('stops when asked, and names a file that cannot be read', async () => {
    const stopped = new AbortController();
    stopped.abort();
    await expect(verifyPackage({ given: given(files), keys: [], signal: stopped.signal })).rejects.toThrow(/abort/i);
    const broken = Object.assign(new Blob(['x']), { arrayBuffer: () => Promise.reject(new Error('gone')) });
    await expect(verifyPackage({ given: [{ path: 'data/gone', blob: broken }], keys: [] })).rejects.toMatchObject({ path: 'data/gone', message: 'gone' });
  });
});

describe('tampering', () => {
  it.each(Object.entries(tamperings))('is found: %s', async (_, tamper) => {
    const found = await check(tamper(files));
    expect(found.verdict).toBe('not_sound');
    expect(found.faults.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(unseen))('leaves a package sound: %s', async (_, change) => {
    expect((await check(change(files))).verdict).toBe('sound');
  });

  let places: [string, number][] = [];
  beforeAll(() => {
    places = [...files].filter(([, bytes]) => bytes.length > 0).flatMap(([name, bytes]) => [0, 0.31, 0.77, 1].map((at): [string, number] => [name, Math.floor(at * (bytes.length - 1))]));
  });

  it('of one bit anywhere is found, and the file is named', async () => {
    for (const [n, [name, at]] of places.entries()) {
      const bytes = Uint8Array.from(files.get(name) ?? []);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (n % 8));
      const found = await check(new Map(files).set(name, bytes));
      expect(said(found).some((fault) => fault.startsWith(`${name}:`)), `byte ${at} of ${name}: ${said(found).join('; ')}`).toBe(true);
    }
  });

  it('by removing any file is found, and the file is named', async () => {
    for (const name of files.keys()) {
      const found = await check(new Map([...files].filter(([other]) => other !== name)));
      expect(said(found).some((fault) => fault.startsWith(`${name}:`)), name).toBe(true);
    }
  });
});
