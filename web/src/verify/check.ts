// Verifies a package: the bag is whole, every proof holds, and every file is what an entry of the log says it is.
// Step for step what `truceline verify` does, so that both give the same answer.
import { bagFaults, digestOfText, readManifest } from './bag';
import { bigEndian, byBytes, bytesOfHex, concat, hex, isDigest, same, textOf, trimmed, utf8 } from './bytes';
import { type CaptureRecord, type Description, bagInfo, readDescription, withheldOf } from './description';
import { Files, type Given, type Progress } from './files';
import { JsonObject, readJson } from './json';
import { type Ed25519, type VerifierKey, ed25519, parseKey } from './keys';
import { type Checkpoint, openCheckpoint } from './note';
import { parseProof, verifyEntry } from './proof';
import { type Fault, type Note, Refused } from './refused';
import { sha256 } from './sha256';
import type { FaultKey } from './words/types';

export type Verdict = 'sound' | 'not_sound' | 'undecided';

export interface Verdicts {
  verdict: Verdict;
  faults: Fault[];
  notes: Note[];
  /** Whether this browser could check signatures. */
  signatures: boolean;
  description: Description | null;
  /** The log's signed statement of its size and root, once it is accepted. */
  checkpoint: Checkpoint | null;
  keys: VerifierKey[];
  keyIsGiven: boolean;
  n: { files: number; bytes: number; proofs: number; proved: number; mission: number; captures: number; results: number };
}

export interface Request {
  given: Given[];
  /** Public keys that the reader trusts; with none, the one inside is used and said to be unconfirmed. */
  keys: VerifierKey[];
  /** The browser's Ed25519; null where it has none. Without it nothing is ever said to be sound. */
  algorithm?: Ed25519 | null;
  progress?: (at: Progress) => void;
  signal?: AbortSignal;
}

export async function verifyPackage({ given, keys, algorithm, progress, signal }: Request): Promise<Verdicts> {
  const files = await Files.read(given, { progress, signal });
  const signatures = algorithm === undefined ? await ed25519() : algorithm;
  return new Check(files, signatures).all(keys);
}

/** An entry whose proof holds. One that is no JSON says nothing. */
class LoggedEntry {
  private readonly value: JsonObject;

  constructor(bytes: Uint8Array) {
    const value = readJson(bytes);
    this.value = value instanceof JsonObject ? value : new JsonObject();
  }

  text(name: string): string {
    return this.value.text(name);
  }

  /** True for an entry of this kind about this content. */
  says(kind: string, digest: string): boolean {
    return this.text('kind') === kind && this.text('content') === `sha256:${digest}`;
  }
}

class Check {
  private readonly found: Verdicts;
  private entries: LoggedEntry[] = [];

  constructor(
    private readonly files: Files,
    private readonly algorithm: Ed25519 | null,
  ) {
    const sizes = [...files.payload.values()];
    const n = { files: sizes.length + files.tags.size, bytes: sizes.reduce((sum, { size }) => sum + size, 0), proofs: 0, proved: 0, mission: 0, captures: 0, results: 0 };
    this.found = { verdict: 'undecided', faults: [], notes: [], signatures: algorithm !== null, description: null, checkpoint: null, keys: [], keyIsGiven: false, n };
  }

  private say(at: string, key: FaultKey, values: Record<string, string> = {}): void {
    this.found.faults.push({ at, key, values });
  }

  async all(keys: VerifierKey[]): Promise<Verdicts> {
    const description = readDescription(await this.files.bytes('package.json'));
    this.found.description = description;
    this.found.faults.push(...bagFaults(this.files, (oxum) => description && bagInfo(description, oxum)));
    if (!description) this.say('data/package.json', 'unreadable_description');
    else if (await this.takeKeys(keys)) {
      await this.proofs();
      this.mission(description);
      this.results(description);
      await this.captures(description);
      await this.contents(description);
    }
    if (this.found.faults.length > 0) this.found.verdict = 'not_sound';
    else if (this.algorithm) this.found.verdict = 'sound';
    return this.found;
  }

  private async takeKeys(keys: VerifierKey[]): Promise<boolean> {
    const inside = await this.files.bytes('log.vkey');
    const text = inside && textOf(inside);
    if (keys.length > 0) {
      [this.found.keys, this.found.keyIsGiven] = [keys, true];
      const isKnown = text !== null && keys.some((key) => keyText(key) === trimmed(text));
      if (!isKnown) this.found.notes.push({ key: 'note_other_key', values: {} });
      return true;
    }
    if (text === null) {
      this.say('data/log.vkey', 'no_key');
      return false;
    }
    this.found.notes.push({ key: 'note_key_inside', values: { text: trimmed(text) } });
    try {
      this.found.keys = [parseKey(trimmed(text))];
      return true;
    } catch (error) {
      this.refused('data/log.vkey', error);
      return false;
    }
  }

  private refused(at: string, error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    this.say(at, error.key, error.values);
  }

  /** Every entry under `proofs/` whose proof holds. All proofs must rest on the one checkpoint of the package. */
  private async proofs(): Promise<void> {
    const checkpoint = await this.files.bytesOrNone('proofs/checkpoint');
    for (const [path] of this.files.under('proofs/')) {
      const name = path.endsWith('.tlog-proof') ? path.slice(0, -'.tlog-proof'.length) : null;
      if (name !== null) await this.proof(name, checkpoint);
      else if (path !== 'checkpoint' && !(path.endsWith('.entry') && this.files.digest(`proofs/${path.slice(0, -'.entry'.length)}.tlog-proof`))) {
        this.say(`data/proofs/${path}`, 'no_proof');
      }
    }
    try {
      this.found.checkpoint = await this.open(checkpoint);
    } catch (error) {
      this.refused('data/proofs/checkpoint', error);
    }
    this.found.n.proved = this.entries.length;
  }

  private async proof(name: string, checkpoint: Uint8Array): Promise<void> {
    const at = `data/proofs/${name}.tlog-proof`;
    this.found.n.proofs += 1;
    try {
      const proof = parseProof(await this.files.bytesOrNone(`proofs/${name}.tlog-proof`));
      const entry = await this.files.bytesOrNone(`proofs/${name}.entry`);
      verifyEntry(proof, entry, await this.open(proof.checkpoint));
      if (same(proof.checkpoint, checkpoint)) this.entries.push(new LoggedEntry(entry));
      else this.say(at, 'other_checkpoint');
    } catch (error) {
      this.refused(at, error);
    }
  }

  private readonly opened = new Map<string, Promise<Checkpoint>>();

  /** The same signed checkpoint stands in every proof; its signature is checked once. */
  private open(bytes: Uint8Array): Promise<Checkpoint> {
    const id = hex(sha256(bytes));
    const opened = this.opened.get(id) ?? openCheckpoint(bytes, this.found.keys, this.algorithm);
    this.opened.set(id, opened);
    return opened;
  }

  private entry(kind: string, digest: string): LoggedEntry | undefined {
    return this.entries.find((entry) => entry.says(kind, digest));
  }

  /** Every mission file is one that was adopted, and together they are those of the result. */
  private mission({ result }: Description): void {
    const parts: Uint8Array[] = [prefixed(utf8('mission/1'))];
    for (const [path, digest] of this.files.under('mission/')) {
      parts.push(prefixed(utf8(path)), prefixed(bytesOfHex(digest)));
      if (this.entries.some((entry) => entry.says('adopted', digest) && entry.text('path') === path)) this.found.n.mission += 1;
      else this.say(`data/mission/${path}`, 'not_adopted');
    }
    for (const entry of this.entries.filter((one) => one.text('kind') === 'adopted')) {
      const path = `mission/${entry.text('path')}`;
      if (!this.files.digest(path)) this.say(`data/${path}`, 'adopted_missing');
    }
    const derived = isDigest(result) ? this.entry('derived', result) : undefined;
    if (derived && derived.text('mission') !== `sha256:${hex(sha256(...parts))}`) this.say('data/mission', 'other_mission');
  }

  private results({ result, earlier, day, from, until }: Description): void {
    for (const [file, named] of [...earlier.map((digest) => [`earlier/${digest}.json`, digest] as const), ['result.json', result] as const]) {
      const actual = this.files.digest(file);
      const entry = actual && this.entry('derived', actual);
      const fits = entry && entry.text('path') === `days/${day}/result.json` && entry.text('from') === from && entry.text('until') === until;
      if (!actual) this.say(`data/${file}`, 'missing');
      else if (fits && actual === named) this.found.n.results += 1;
      else this.say(`data/${file}`, 'not_derived', { day });
    }
    for (const [file] of this.files.under('earlier/')) {
      if (!earlier.some((digest) => file === `${digest}.json`)) this.say(`data/earlier/${file}`, 'unnamed');
    }
  }

  private async captures(description: Description): Promise<void> {
    for (const capture of description.captures) this.capture(capture);
    const known = new Set(description.captures.map(({ sha256 }) => sha256));
    for (const [file] of this.files.under('captures/')) if (!known.has(file)) this.say(`data/captures/${file}`, 'unnamed');
    for (const short of await this.captureNames()) {
      if (![...known].some((digest) => digest.startsWith(short))) this.say('data/result.json', 'rests_on_capture', { short });
    }
    const withheld = withheldOf(description).length;
    if (withheld > 0) this.found.notes.push({ key: 'note_withheld', values: { n: String(withheld) } });
  }

  private capture({ sha256: named, name, isIncluded }: CaptureRecord): void {
    const file = `captures/${named}`;
    const actual = this.files.digest(file);
    const entry = isDigest(named) ? this.entry('captured', named) : undefined;
    const isAsNamed = isIncluded ? actual === named : actual === undefined;
    if (entry && isAsNamed && entry.text('name') === name) this.found.n.captures += isIncluded ? 1 : 0;
    else this.say(`data/${file}`, isIncluded && !actual ? 'missing' : 'not_captured');
  }

  /** The captures that the result's detections come from, by the first digits of their digests. */
  private async captureNames(): Promise<string[]> {
    const result = readJson(await this.files.bytesOrNone('result.json'));
    if (!(result instanceof JsonObject)) return [];
    const objects = (values: unknown[]) => values.filter((value) => value instanceof JsonObject);
    const arrivals = objects(result.list('incidents')).flatMap((incident) => objects(incident.list('arrivals')));
    const detections = [...arrivals.map((arrival) => arrival.text('detection')), ...result.list('unexplained')];
    const named = detections.flatMap((id) => (typeof id === 'string' && id.includes(':') ? [id.slice(0, id.indexOf(':'))] : []));
    return [...new Set(named)].sort(byBytes);
  }

  /** The list of contents is right, and is the one that the log says was exported. */
  private async contents({ isLogged }: Description): Promise<void> {
    const text = textOf(await this.files.bytesOrNone('contents.txt')) ?? '';
    const actual = new Map(this.files.under('').filter(([path]) => !path.startsWith('proofs/') && path !== 'contents.txt'));
    const listed = readManifest(text) ?? new Map<string, string>();
    const paths = [...new Set([...actual.keys(), ...listed.keys()])].sort(byBytes);
    for (const path of paths) if (actual.get(path) !== listed.get(path)) this.say(`data/${path}`, 'not_listed');
    if (this.entry('exported', digestOfText(text))) return;
    if (isLogged) this.say('data/contents.txt', 'not_exported');
    else this.found.notes.push({ key: 'note_not_logged', values: {} });
  }
}

/** A field of the encoding from which a mission's digest is made: its length in eight bytes, then itself. */
const prefixed = (bytes: Uint8Array): Uint8Array => concat(bigEndian(BigInt(bytes.length)), bytes);

export const keyText = ({ name, id, type, bytes }: VerifierKey): string => `${name}+${id}+${btoa(String.fromCharCode(type, ...bytes))}`;
