// Writes licences.txt beside the page: the licence of every package whose code or data ends up in it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('../node_modules/', import.meta.url));
/** Taken in as files, or bundled before they reach us, so that no module id names them. */
const ALWAYS = ['@fontsource/noto-sans', 'world-atlas', 'maplibre-gl', ...Object.keys(require(join(ROOT, 'maplibre-gl', 'package.json')).dependencies)]
  .filter((name) => !name.startsWith('@types/'));

function packageOf(id) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'));
  return found?.[1];
}

function entry(name) {
  const folder = join(ROOT, name);
  if (!existsSync(folder)) return null;
  const { version, license } = require(join(folder, 'package.json'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/** The licences of the packages that these modules come from. */
export function licencesOf(ids) {
  return [...new Set(ids.map(packageOf).filter(Boolean))].sort().map(entry).filter(Boolean);
}

export function licences() {
  return {
    name: 'licences',
    generateBundle() {
      const names = new Set([...ALWAYS, ...[...this.getModuleIds()].map(packageOf).filter(Boolean)]);
      const entries = [...names].sort().map(entry).filter(Boolean);
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: entries.join(`\n${'-'.repeat(78)}\n\n`) });
    },
  };
}
