// Ways to tamper with a package, each on a copy. They know the layout, not the contents: they work on any package.
import { newKey, withNewLists, withNewManifests } from './sample.mjs';

const text = (files, name) => String(files.get(name));
const put = (files, name, content) => new Map(files).set(name, Buffer.from(content));
const edit = (files, name, change) => put(files, name, change(text(files, name)));
const without = (files, name) => new Map([...files].filter(([other]) => other !== name));
const names = (files, start, end = '') => [...files.keys()].filter((name) => name.startsWith(start) && name.endsWith(end)).sort();
const flip = (files, name, at = 0.5) => {
  const bytes = Buffer.from(files.get(name));
  bytes[Math.floor(at * (bytes.length - 1))] ^= 1;
  return new Map(files).set(name, bytes);
};
const capture = (files) => names(files, 'data/captures/').filter((name) => files.get(name).length > 0);
const proof = (files, kind) => names(files, `data/proofs/${kind}/`, '.tlog-proof')[0];
const entryOf = (name) => name.replace(/tlog-proof$/, 'entry');
/** Another byte of base64 in a line, at which the encoding stays canonical. */
const bend = (line) => (line.startsWith('A') ? 'B' : 'A') + line.slice(1);
const bendLine = (all, n) => all.split('\n').map((line, i) => (i === n ? bend(line) : line)).join('\n');
const describe = (files, change) => edit(files, 'data/package.json', (old) => `${JSON.stringify(change(JSON.parse(old)), null, 2)}\n`);

/** Everything here must be found. */
export const tamperings = {
  'a bit of a capture': (files) => flip(files, capture(files)[0]),
  'a bit of the result': (files) => flip(files, 'data/result.json'),
  'a bit of a mission file': (files) => flip(files, names(files, 'data/mission/')[0]),
  'a capture removed': (files) => without(files, capture(files)[0]),
  'a mission file removed, with new lists': (files) => withNewLists(without(files, names(files, 'data/mission/')[0])),
  'a payload file added': (files) => put(files, 'data/captures/extra', 'more'),
  'a payload file added, with new lists': (files) => withNewLists(put(files, 'data/mission/extra.csv', 'more')),
  'a tag file added': (files) => put(files, 'fetch.txt', 'https://elsewhere.example/ 4 data/more\n'),
  'another BagIt version': (files) => edit(files, 'bagit.txt', (old) => old.replace('1.0', '0.97')),
  'another Payload-Oxum': (files) => edit(files, 'bag-info.txt', (old) => old.replace(/Oxum: \d/, 'Oxum: 9999')),
  'a line of the manifest removed': (files) => edit(files, 'manifest-sha256.txt', (old) => old.slice(old.indexOf('\n') + 1)),
  'a bit of the tag manifest': (files) => flip(files, 'tagmanifest-sha256.txt', 0),
  'the tag manifest removed': (files) => without(files, 'tagmanifest-sha256.txt'),
  'a hash of a proof, with new manifests': (files) => withNewManifests(edit(files, proof(files, 'captured'), (old) => bendLine(old, 3))),
  'a hash of a proof dropped, with new manifests': (files) => withNewManifests(edit(files, proof(files, 'captured'), (old) => old.split('\n').filter((_, i) => i !== 2).join('\n'))),
  'the index of a proof, with new manifests': (files) => withNewManifests(edit(files, proof(files, 'derived'), (old) => old.replace(/index (\d+)/, (_, n) => `index ${Number(n) ^ 1}`))),
  'the root of the checkpoint, with new manifests': (files) => withNewManifests(edit(files, 'data/proofs/checkpoint', (old) => bendLine(old, 2))),
  'the size of the checkpoint, with new manifests': (files) => withNewManifests(edit(files, 'data/proofs/checkpoint', (old) => old.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`))),
  'the checkpoint in a proof, with new manifests': (files) => withNewManifests(edit(files, proof(files, 'adopted'), (old) => old.replace(/\n\n(.*)\n(\d+)\n/, '\n\n$1\n1$2\n'))),
  'carriage returns in the checkpoint, with new manifests': (files) => withNewManifests(edit(files, 'data/proofs/checkpoint', (old) => old.replaceAll('\n', '\r\n'))),
  'the signature, with new manifests': (files) => withNewManifests(edit(files, 'data/proofs/checkpoint', (old) => `${old.slice(0, -10)}${bend(old.slice(-10))}`)),
  'the signature line removed, with new manifests': (files) => withNewManifests(edit(files, 'data/proofs/checkpoint', (old) => old.slice(0, old.lastIndexOf('\u2014')))),
  'a bit of an entry, with new manifests': (files) => withNewManifests(flip(files, entryOf(proof(files, 'captured')))),
  'an entry under the proof of another, with new manifests': (files) => {
    const [a, b] = names(files, 'data/proofs/captured/', '.entry');
    return withNewManifests(new Map(files).set(a, files.get(b)).set(b, files.get(a)));
  },
  'a proof removed, with new lists': (files) => withNewLists(without(without(files, proof(files, 'captured')), entryOf(proof(files, 'captured')))),
  'an entry without its proof, with new lists': (files) => withNewLists(without(files, proof(files, 'adopted'))),
  'a bit of the key': (files) => flip(files, 'data/log.vkey', 0.8),
  'the number of the key': (files) => edit(files, 'data/log.vkey', (old) => old.replace(/^([^+]*\+)([0-9a-f])/, (_, start, digit) => `${start}${digit === '0' ? '1' : '0'}`)),
  'a key of the wrong type': (files) => edit(files, 'data/log.vkey', (old) => old.replace(/^([^+]*\+[^+]*\+)A/, '$1C')),
  'the key removed': (files) => without(files, 'data/log.vkey'),
  'a key of somebody else, with new lists': (files) => withNewLists(put(files, 'data/log.vkey', `${newKey(text(files, 'data/log.vkey').split('+')[0]).vkey}\n`)),
  'everything signed again by somebody else, without telling the key': (files) => {
    const [name] = text(files, 'data/log.vkey').split('+');
    const key = newKey(name);
    const again = (old) => old.replace(/^([\s\S]*\n)\n\u2014 .*\n$/, (_, head) => {
      const at = head.lastIndexOf('\n\n');
      return `${head.slice(0, at < 0 ? 0 : at + 2)}${key.note(at < 0 ? head : head.slice(at + 2))}`;
    });
    let all = new Map(files);
    for (const one of [...names(files, 'data/proofs/', '.tlog-proof'), 'data/proofs/checkpoint']) all = edit(all, one, again);
    return withNewManifests(all);
  },
  'two captures swapped, with new lists': (files) => {
    const [a, b] = capture(files);
    return withNewLists(new Map(files).set(a, files.get(b)).set(b, files.get(a)));
  },
  'another result, with new lists': (files) => withNewLists(edit(files, 'data/result.json', (old) => old.replace('2031', '2032').replace('2022', '2023'))),
  'another day in the description, with new lists': (files) => withNewLists(describe(files, (old) => ({ ...old, day: '2001-01-01' }))),
  'a capture not named in the description, with new lists': (files) => withNewLists(describe(files, (old) => ({ ...old, captures: old.captures.slice(1) }))),
  'a capture by another name, with new lists': (files) => withNewLists(describe(files, (old) => ({ ...old, captures: old.captures.map((one, i) => (i ? one : { ...one, name: 'other' })) }))),
  'a name twice in the description, with new lists': (files) => withNewLists(edit(files, 'data/package.json', (old) => old.replace('{', '{"day": "2001-01-01",'))),
  'a number of another kind in the description, with new lists': (files) => withNewLists(edit(files, 'data/package.json', (old) => old.replace(/"form": 1/, '"form": 1.0'))),
  'half a character in the description, with new lists': (files) => withNewLists(edit(files, 'data/package.json', (old) => old.replace(/"mission": "/, '"mission": "\\ud800'))),
  'a byte order mark before the description, with new lists': (files) => withNewLists(edit(files, 'data/package.json', (old) => `\uFEFF${old}`)),
  'the description removed': (files) => without(files, 'data/package.json'),
  'another README, with new lists': (files) => withNewLists(edit(files, 'data/README.md', (old) => `${old}more\n`)),
  'the list of contents, with new manifests': (files) => withNewManifests(flip(files, 'data/contents.txt', 0)),
};

/** What nobody can find in a package alone: it stays as sound as it was, with a note. */
export const unseen = {
  'nothing': (files) => files,
  'the export denied, with new lists': (files) => {
    const denied = describe(files, (old) => ({ ...old, is_logged: false }));
    return withNewLists(without(without(denied, 'data/proofs/exported.entry'), 'data/proofs/exported.tlog-proof'));
  },
};
