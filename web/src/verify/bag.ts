// The bag around the payload: BagIt 1.0 (RFC 8493). Every tag file follows from the payload; so it is made again here,
// and of two files that disagree the one that was changed is named.
import { byBytes, isDigest, utf8, hex } from './bytes';
import type { Files } from './files';
import type { Fault } from './refused';
import { sha256 } from './sha256';
import type { FaultKey } from './words/types';

const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
const MANIFEST = 'manifest-sha256.txt';
const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const INFO = 'bag-info.txt';
const DECLARED = 'bagit.txt';
const KNOWN = [DECLARED, INFO, MANIFEST, TAG_MANIFEST];

/** True for files that lie as a bag lies. */
export const isBag = (paths: Iterable<string>): boolean => [...paths].some((path) => path === DECLARED || path === MANIFEST);

/** Lines `<digest>  <path>`, as `sha256sum` writes and checks them, in the order of the paths. */
export function manifest(listed: Iterable<readonly [path: string, digest: string]>): string {
  const sorted = [...listed].sort(([a], [b]) => byBytes(a, b));
  return sorted.map(([path, digest]) => `${digest}  ${encoded(path)}\n`).join('');
}

/** Reads such lines; null for what is not one of them, or not written as [manifest] writes it. */
export function readManifest(text: string): Map<string, string> | null {
  const listed = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const at = line.indexOf('  ');
    const path = decoded(line.slice(at + 2));
    if (at < 0 || !isDigest(line.slice(0, at)) || listed.has(path)) return null;
    listed.set(path, line.slice(0, at));
  }
  return manifest(listed) === text ? listed : null;
}

/** What is wrong with the bag. `info` makes `bag-info.txt` again from the size of a sound payload. */
export function bagFaults(files: Files, info: (oxum: string) => string | null): Fault[] {
  const faults: Fault[] = [];
  const say = (at: string, key: FaultKey, values = {}) => void faults.push({ at, key, values });
  for (const name of files.tags.keys()) if (!KNOWN.includes(name)) say(name, 'not_part');
  for (const name of KNOWN) if (!files.tags.has(name)) say(name, 'missing');
  const tagText = (name: string) => files.tags.get(name)?.text ?? null;
  const stated = readManifest(tagText(TAG_MANIFEST) ?? '') ?? new Map<string, string>();
  const right = manifest([...files.payload].map(([path, { digest }]) => [path, digest]));
  const manifestIsRight = tagText(MANIFEST) === right;
  const expected: [string, string | null][] = [[DECLARED, DECLARATION], [INFO, manifestIsRight ? info(oxum(files)) : null], [MANIFEST, right]];
  for (const [name, text] of expected) {
    const tag = files.tags.get(name);
    if (!tag) continue;
    const isStated = stated.get(name) === tag.digest;
    const isRight = text === null || tag.text === text;
    if (isRight && isStated) continue;
    if (isRight && text !== null) say(TAG_MANIFEST, 'does_not_fit', { name });
    // A manifest that is stated and not right is right about another payload: that one is named below.
    else if (!(isStated && name === MANIFEST)) say(name, 'changed');
  }
  if (!manifestIsRight) faults.push(...payloadFaults(files, tagText(MANIFEST)));
  const tags = expected.flatMap(([name]): [string, string][] => {
    const tag = files.tags.get(name);
    return tag ? [[name, tag.digest]] : [];
  });
  if (faults.length === 0 && tagText(TAG_MANIFEST) !== manifest(tags)) say(TAG_MANIFEST, 'changed');
  return faults;
}

function payloadFaults(files: Files, text: string | null): Fault[] {
  const listed = text === null ? null : readManifest(text);
  if (!listed) return [{ at: MANIFEST, key: 'no_list', values: {} }];
  const faults: Fault[] = [];
  for (const [at, digest] of listed) {
    const found = files.payload.get(at);
    if (!found) faults.push({ at, key: 'missing', values: {} });
    else if (found.digest !== digest) faults.push({ at, key: 'changed', values: {} });
  }
  for (const at of files.payload.keys()) if (!listed.has(at)) faults.push({ at, key: 'added', values: {} });
  return faults;
}

/** Octets and number of files of the payload. */
function oxum(files: Files): string {
  const sizes = [...files.payload.values()].map(({ size }) => size);
  return `${sizes.reduce((sum, size) => sum + size, 0)}.${sizes.length}`;
}

/** RFC 8493 2.1.3: line ends and the percent sign itself, nothing else. */
const encoded = (path: string): string => path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const decoded = (path: string): string => path.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');

export const digestOfText = (text: string): string => hex(sha256(utf8(text)));
