// Writes verify-offline.html: the page that checks packages, as one file that can be kept, handed on and opened without a
// server. Its own content policy allows exactly the script and the style that are in it, by their digests, and no connection.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { licencesOf } from './licences.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = join(ROOT, 'verify.html');
const digest = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function replaced(page, what, by) {
  if (!what.test(page)) throw new Error(`verify.html has changed: ${what} is not in it`);
  return page.replace(what, () => by);
}

async function bundle() {
  const made = await build({
    configFile: false, root: ROOT, logLevel: 'warn', plugins: [svelte()],
    build: { write: false, target: 'es2022', assetsInlineLimit: 0, cssCodeSplit: false, modulePreload: false,
      rollupOptions: { input: join(ROOT, 'src/verify/main.ts'), output: { format: 'iife', name: 'verify' } } },
  });
  const files = [made].flat().flatMap(({ output }) => output);
  const chunks = files.filter(({ type }) => type === 'chunk');
  const styles = files.filter(({ fileName }) => fileName.endsWith('.css')).map(({ source }) => String(source));
  if (chunks.length !== 1 || styles.length !== 1) throw new Error(`one script and one style were expected, not ${chunks.length} and ${styles.length}`);
  // The typeface stays behind: the reader's own takes its place.
  const style = styles[0].replace(/@font-face\s*\{[^}]*\}/g, '').trim();
  // Inside a page no script may hold the end of one.
  const script = chunks[0].code.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  if (/url\(|@import/.test(style)) throw new Error('the style still loads something');
  const licences = licencesOf(Object.keys(chunks[0].modules)).join('\n').replaceAll('--', '- -');
  return { script, style, licences };
}

export function offline() {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const { script, style, licences } = await bundle();
      const policy = `default-src 'none'; script-src ${digest(script)}; style-src ${digest(style)}; connect-src 'none'; base-uri 'none'; form-action 'none'`;
      let page = await readFile(PAGE, 'utf8');
      page = replaced(page, /content="default-src [^"]*"/, `content="${policy}"`);
      page = replaced(page, / *<link rel="icon"[^>]*>\n/, `    <style>${style}</style>\n`);
      page = replaced(page, /<script type="module"[^>]*><\/script>/, `<script>${script}</script>`);
      page = replaced(page, /<\/body>/, `</body>\n  <!--\n${licences}-->`);
      await writeFile(join(folder, 'verify-offline.html'), page);
    },
  };
}
