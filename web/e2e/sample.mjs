// Makes a small evidence package after the program's layout, with a log of its own, by the most naive means: the tests
// hold the page's code against this other one.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hex = (bytes) => sha256(bytes).toString('hex');
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const split = (n) => 2 ** Math.floor(Math.log2(n - 1));

/** Root of a list of entries, straight from the definition in RFC 6962 2.1. */
export function root(entries) {
  if (entries.length === 0) return sha256('');
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0]);
  const k = split(entries.length);
  return sha256(Buffer.of(1), root(entries.slice(0, k)), root(entries.slice(k)));
}

/** PATH(m, D[n]) of RFC 6962 2.1.1. */
export function path(m, entries) {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m < k ? [...path(m, left), root(right)] : [...path(m - k, right), root(left)];
}

export function newKey(name) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const typed = Buffer.concat([Buffer.of(1), Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url')]);
  const id = sha256(`${name}\n`, typed).subarray(0, 4);
  return {
    vkey: `${name}+${id.toString('hex')}+${base64(typed)}`,
    note: (text) => `${text}\n\u2014 ${name} ${base64(Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]))}\n`,
  };
}

const byPath = ([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b));
export const list = (files) => [...files].sort(byPath).map(([name, bytes]) => `${hex(bytes)}  ${name.replaceAll('%', '%25')}\n`).join('');

/** Writes list of contents and tag files again, as somebody would who changes a package and knows how it is made. */
export function withNewLists(files) {
  const all = new Map(files);
  const payload = [...all].filter(([name]) => name.startsWith('data/'));
  const inside = payload.map(([name, bytes]) => [name.slice(5), bytes]).filter(([name]) => name !== 'contents.txt' && !name.startsWith('proofs/'));
  all.set('data/contents.txt', Buffer.from(list(inside)));
  return withNewManifests(all);
}

export function withNewManifests(files) {
  const all = new Map(files);
  const payload = [...all].filter(([name]) => name.startsWith('data/'));
  const oxum = `${payload.reduce((sum, [, bytes]) => sum + bytes.length, 0)}.${payload.length}`;
  const info = String(all.get('bag-info.txt')).replace(/^Payload-Oxum: .*$/m, `Payload-Oxum: ${oxum}`);
  const tags = [['bagit.txt', all.get('bagit.txt')], ['bag-info.txt', Buffer.from(info)], ['manifest-sha256.txt', Buffer.from(list(payload))]];
  for (const [name, bytes] of tags) all.set(name, bytes);
  return all.set('tagmanifest-sha256.txt', Buffer.from(list(tags)));
}

function prefixed(bytes) {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

const json = (value) => Buffer.from(JSON.stringify(value));
const pretty = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
const named = (bytes) => `sha256:${hex(bytes)}`;

/** The files of a package by their paths, and the log's key. `extra` other entries stand in the log before and after. */
export function makePackage({ isLogged = true, isWithheld = false, extra = 5 } = {}) {
  const key = newKey('sample.example/evidence');
  const day = '2031-03-04';
  const window = { from: '2031-03-03T22:00:00Z', until: '2031-03-04T22:00:00Z' };
  const mission = { 'mission.toml': 'name = "Sample"\n', 'agreement/agreement.txt': 'No shots across the line.\n', 'données 50 %.csv': 'a,b\n1,2\n' };
  const captures = { 'AC_0000.csv': 'sensor,time\nAC-1,2031-03-04T01:02:03Z\n', 'SEIS_0000.csv': 'sensor,time\nSEIS-1,2031-03-04T01:02:05Z\n', 'empty.csv': '' };
  const data = new Map();
  const missionParts = Object.entries(mission).sort(byPath).flatMap(([name, text]) => [Buffer.from(name), sha256(text)]);
  const missionDigest = sha256(...[Buffer.from('mission/1'), ...missionParts].map(prefixed)).toString('hex');
  const first = hex(Object.values(captures)[0]).slice(0, 12);
  const result = pretty({ window, incidents: [{ id: 'i1', arrivals: [{ detection: `${first}:0` }] }], unexplained: [] });
  const about = [];
  for (const [name, text] of Object.entries(mission)) {
    data.set(`mission/${name}`, Buffer.from(text));
    about.push([`adopted/${name}`, json({ content: named(text), kind: 'adopted', path: name, v: 1 })]);
  }
  for (const [name, text] of Object.entries(captures)) {
    if (!(isWithheld && name.startsWith('SEIS'))) data.set(`captures/${hex(text)}`, Buffer.from(text));
    about.push([`captured/${hex(text)}`, json({ bytes: text.length, content: named(text), format: 'detections', kind: 'captured', name, source: 'S', v: 1 })]);
  }
  data.set('result.json', result);
  about.push([`derived/${hex(result)}`, json({ content: named(result), ...window, kind: 'derived', mission: `sha256:${missionDigest}`, path: `days/${day}/result.json`, v: 1 })]);
  data.set('log.vkey', Buffer.from(`${key.vkey}\n`));
  data.set('README.md', Buffer.from('# Sample\n'));
  const records = Object.entries(captures).map(([name, text]) => ({ sha256: hex(text), name, source: 'S', owner: 'mission', party: null, kind: null, time_zone: null,
    bytes: text.length, is_included: data.has(`captures/${hex(text)}`) }));
  const description = { form: 1, made_by: 'truceline 0.1.0', mission: 'Sample', day, ...window, incident: null, exported_at: '2031-04-01T09:00:00Z', marking: 'open',
    result: hex(result), earlier: [], derived_again: true, is_logged: isLogged, captures: records, external: [] };
  data.set('package.json', pretty(description));
  const contents = Buffer.from(list(data));
  data.set('contents.txt', contents);
  if (isLogged) about.push(['exported', json({ at: description.exported_at, content: named(contents), day, kind: 'exported', marking: 'open', v: 1 })]);
  const others = (word) => Array.from({ length: extra }, (_, n) => [null, json({ kind: word, n })]);
  const log = [...others('before'), ...about, ...others('after')];
  const entries = log.map(([, entry]) => entry);
  const checkpoint = key.note(`sample.example/evidence\n${entries.length}\n${base64(root(entries))}\n`);
  data.set('proofs/checkpoint', Buffer.from(checkpoint));
  log.forEach(([name, entry], index) => {
    if (name === null) return;
    data.set(`proofs/${name}.entry`, entry);
    data.set(`proofs/${name}.tlog-proof`, Buffer.from(`c2sp.org/tlog-proof@v1\nindex ${index}\n${path(index, entries).map((hash) => `${base64(hash)}\n`).join('')}\n${checkpoint}`));
  });
  const info = ['Source-Organization: Sample', 'Bagging-Date: 2031-04-01', 'Bag-Software-Agent: truceline 0.1.0', `External-Identifier: ${day}`,
    'External-Description: Evidence package: one day of a mission with its result, captures, mission files and proofs', 'Internal-Sender-Identifier: whole day',
    'Payload-Oxum: ', 'Truceline-Marking: open', `Truceline-Withheld-Captures: ${isWithheld ? 1 : 0}`].map((line) => `${line}\n`).join('');
  const files = new Map([['bagit.txt', Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')], ['bag-info.txt', Buffer.from(info)]]);
  for (const [name, bytes] of data) files.set(`data/${name}`, bytes);
  return { files: withNewManifests(files), vkey: key.vkey };
}
