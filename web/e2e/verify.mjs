// Checks packages on the page in a real browser: a real one when TRUCELINE_PACKAGE names a folder, one made here beside it,
// and tampered copies. Where the program is at hand (TRUCELINE_PROGRAM) both must give the same answer, word for word.
//   TRUCELINE_PACKAGE=/some/package TRUCELINE_PROGRAM=truceline node e2e/verify.mjs [filter]
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NARROW, WIDE, launch, open } from './browser.mjs';
import { makePackage, newKey } from './sample.mjs';
import { tamperings, unseen } from './tamper.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const shots = process.env.TRUCELINE_SHOTS ?? 'test-results';
const program = process.env.TRUCELINE_PROGRAM;
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WORDS = { en: ['Sound', 'Not sound'], uk: ['Усе сходиться', 'Не сходиться'], ru: ['Всё сходится', 'Не сходится'], fr: ['Conforme', 'Non conforme'] };
const home = await mkdtemp(join(tmpdir(), 'truceline-verify-'));
await mkdir(shots, { recursive: true });

/** The program's own address, or dist/ with the program's content policy. */
async function address() {
  if (process.env.TRUCELINE_URL) return { url: new URL('/verify.html', process.env.TRUCELINE_URL).href, close: () => {} };
  const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'";
  const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
  const server = createServer(async (request, answer) => {
    const path = new URL(request.url, 'http://here').pathname;
    const bytes = await readFile(join(DIST, path)).catch(() => null);
    answer.writeHead(bytes ? 200 : 404, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'content-security-policy': policy, 'x-content-type-options': 'nosniff' });
    answer.end(bytes ?? '');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/verify.html`, close: () => server.close() };
}

async function readPackage(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath ?? one.path, one.name)).sort();
  return new Map(await Promise.all(paths.map(async (path) => [relative(folder, path), await readFile(path)])));
}

let n_written = 0;
async function written(files) {
  const folder = join(home, `package-${(n_written += 1)}`);
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

const made = makePackage();
const packages = { made: made.files };
if (process.env.TRUCELINE_PACKAGE) packages.real = await readPackage(process.env.TRUCELINE_PACKAGE);
const keyOf = (files) => String(files.get('data/log.vkey')).trim();

const server = await address();
const offline = pathToFileURL(join(DIST, 'verify-offline.html')).href;
const browser = await launch();

const verdict = (page) => page.locator('#verdict');
async function give(page, folder, key) {
  if (key !== undefined) await page.locator('textarea').fill(key);
  await page.evaluate(() => document.querySelector('.result')?.remove());
  await page.locator('input[type=file]').setInputFiles(folder);
  await page.locator('.result, .trouble, .refused').first().waitFor();
}

/** The page as it was before anything was given. */
async function fresh(target = server.url, options = {}) {
  const opened = await open(browser, target, options);
  await opened.page.locator('h1').waitFor();
  return opened;
}

const answer = async (page) => ({ sound: (await page.locator('.result.sound').count()) === 1, faults: await page.locator('.faults li').allInnerTexts() });

/** What the program says; where it names an error of the system the page has words of its own. */
function programSays(folder) {
  const ran = spawnSync(program, ['verify', folder, '--format', 'json'], { encoding: 'utf8' });
  assert.ok(ran.stdout.trim(), `the program said nothing: ${ran.stderr}`);
  const { sound, faults } = JSON.parse(ran.stdout);
  const own = /^data\/log\.vkey: give the public key.*$/;
  return { sound, faults: faults.map((fault) => fault.replace(own, 'data/log.vkey: is missing or no text, and no public key was given')) };
}

async function axe(page, where) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`), [], `axe-core, ${where}`);
}

async function noOverflow(page, where) {
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${where} is ${over} px too wide`);
}

const checks = {};

for (const [name, target] of [['served', server.url], ['from a file', offline]]) {
  checks[`${name}: opens with no error and no request elsewhere, and can connect to nowhere`] = async () => {
    const { context, page, wrong, foreign } = await fresh(target);
    const folder = await written(made.files);
    await give(page, folder);
    assert.equal(await verdict(page).innerText(), 'Sound');
    assert.deepEqual([foreign, wrong, await page.evaluate(() => window.policyBreaks)], [[], [], []]);
    const fetched = await page.evaluate(() => fetch(location.href).then(() => 'answered', () => 'refused'));
    assert.equal(fetched, 'refused', 'the page may not even ask its own host');
    assert.match((await page.evaluate(() => window.policyBreaks)).join(), /^connect-src/);
    await context.close();
  };

  checks[`${name}: sound by a given key, said otherwise when the key is the package's own`] = async () => {
    for (const [which, files] of Object.entries(packages)) {
      const { context, page } = await fresh(target);
      const folder = await written(files);
      await give(page, folder);
      assert.equal(await verdict(page).innerText(), 'Sound', which);
      assert.match(await page.locator('.result').innerText(), /The key was taken from the package itself/);
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'verdict', 'the answer has the focus');
      await page.locator('textarea').fill(keyOf(files));
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.waitForFunction(() => document.querySelector('.result') && !/taken from the package/.test(document.querySelector('.result').innerText));
      assert.equal(await verdict(page).innerText(), 'Sound');
      await page.locator('textarea').fill(newKey(keyOf(files).split('+')[0]).vkey);
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.locator('.result.not_sound').waitFor();
      assert.match(await page.locator('.notes').innerText(), /no key that you gave/);
      await page.locator('textarea').fill('no key at all');
      await page.getByRole('button', { name: 'Check again' }).click();
      assert.match(await page.locator('.refused').innerText(), /^Line 1: `no key at all` is no public key/);
      await context.close();
    }
  };
}

for (const [which, files] of Object.entries(packages)) {
  checks[`${which} package: every tampering is found${program ? ', and the program says the same word for word' : ''}`] = async () => {
    const { context, page } = await fresh();
    let n_same = 0;
    for (const [name, tamper] of Object.entries({ ...tamperings, ...unseen })) {
      const folder = await written(tamper(files));
      await page.goto(server.url);
      await give(page, folder);
      const said = await answer(page);
      assert.equal(said.sound, name in unseen, `${name}: ${said.faults.join('; ')}`);
      if (program) {
        const { sound, faults } = programSays(folder);
        assert.deepEqual([said.sound, said.faults], [sound, faults.slice(0, 200)], name);
        n_same += 1;
      }
      await rm(folder, { recursive: true });
    }
    console.log(`        ${Object.keys(tamperings).length} tampered copies found${program ? `, ${n_same} answers the same as the program's` : '; no program to compare with'}`);
    await context.close();
  };
}

Object.assign(checks, {
  async 'a folder can be dropped, and what is no package is said'() {
    for (const target of [server.url, offline]) {
      const { context, page } = await fresh(target);
      const folder = await written(made.files);
      const cdp = await context.newCDPSession(page);
      const dropAt = async (path) => {
        const data = { items: [], files: [path], dragOperationsMask: 1 };
        for (const type of ['dragEnter', 'dragOver', 'drop']) await cdp.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
      };
      await dropAt(folder);
      await page.locator('.result, .trouble').first().waitFor();
      // A browser may keep dropped folders from a page that is a file: then it is said.
      if (target === server.url) assert.equal(await verdict(page).innerText(), 'Sound');
      else console.log(`        dropped on the page from a file: ${(await page.locator('.result #verdict, .trouble').first().innerText())}`);
      await dropAt(join(folder, 'data'));
      await page.locator('.trouble').waitFor();
      await dropAt(join(folder, 'bagit.txt'));
      await page.getByText('Use the button').waitFor();
      await context.close();
    }
  },

  async 'a browser without Ed25519 never says sound'() {
    const { context, page } = await open(browser, 'about:blank');
    await context.addInitScript(() => {
      const real = crypto.subtle.importKey.bind(crypto.subtle);
      crypto.subtle.importKey = (format, key, algorithm, ...rest) =>
        (algorithm?.name ?? algorithm) === 'Ed25519' ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : real(format, key, algorithm, ...rest);
    });
    await page.goto(server.url);
    await give(page, await written(made.files));
    assert.equal(await verdict(page).innerText(), 'Not decided');
    assert.match(await page.locator('.result').innerText(), /cannot check signatures/);
    await page.screenshot({ path: join(shots, 'verify-undecided.png'), fullPage: true });
    await give(page, await written(tamperings['a bit of a capture'](made.files)));
    await page.locator('.result.not_sound').waitFor();
    await context.close();
  },

  async 'a large file is read in pieces, and the check can be stopped'() {
    const { context, page } = await fresh();
    const folder = await written(new Map(made.files).set('data/captures/large', Buffer.alloc(300_000_000, 7)));
    const from = Date.now();
    await give(page, folder);
    assert.deepEqual((await answer(page)).faults.filter((fault) => /large/.test(fault)), ['data/captures/large: was added', 'data/captures/large: is not named by package.json', 'data/captures/large: is not what data/contents.txt lists']);
    console.log(`        300 MB in pieces: ${((Date.now() - from) / 1000).toFixed(1)} s`);
    await page.evaluate(() => document.querySelector('.result')?.remove());
    await page.locator('input[type=file]').setInputFiles(folder);
    await page.locator('progress').waitFor();
    await page.screenshot({ path: join(shots, 'verify-progress.png') });
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. Nothing was decided.').waitFor();
    await page.waitForTimeout(1500);
    assert.equal(await page.locator('.result').count(), 0, 'nothing comes after');
    await rm(folder, { recursive: true });
    await context.close();
  },

  async 'every language, theme and width; paper; keyboard; nothing grave for axe-core'() {
    const files = packages.real ?? made.files;
    const [sound, changed] = [await written(files), await written(tamperings['two captures swapped, with new lists'](files))];
    for (const [lang, [yes, no]] of Object.entries(WORDS)) {
      for (const [theme, viewport, width] of [['light', WIDE, 'wide'], ['dark', NARROW, 'narrow']]) {
        const { context, page } = await fresh(server.url, { lang, theme, viewport });
        assert.equal(await page.getAttribute('html', 'lang'), lang);
        await axe(page, `${lang}, before`);
        for (const [folder, word, name] of [[sound, yes, 'sound'], [changed, no, 'not-sound']]) {
          await page.reload();
          await give(page, folder);
          assert.ok((await verdict(page).innerText()).startsWith(word), `${lang}: ${await verdict(page).innerText()}`);
          await noOverflow(page, `${lang}, ${width}, ${name}`);
          await axe(page, `${lang}, ${theme}, ${name}`);
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({ path: join(shots, `verify-${lang}-${width}-${name}.png`), fullPage: true });
        }
        if (width === 'wide') {
          await page.emulateMedia({ media: 'print' });
          assert.equal(await page.locator('textarea').isVisible(), false, 'what is for the screen alone is not printed');
          await page.screenshot({ path: join(shots, `verify-${lang}-print.png`), fullPage: true });
        }
        await context.close();
      }
    }
    const { context, page } = await fresh(offline, { theme: 'dark' });
    await page.locator('h1').click();
    const reached = [];
    for (let i = 0; i < 12; i += 1) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.tagName));
    }
    assert.ok(reached.includes('INPUT') && reached.includes('TEXTAREA'), `by keyboard: ${reached}`);
    await give(page, changed);
    await axe(page, 'from a file');
    await page.screenshot({ path: join(shots, 'verify-offline.png'), fullPage: true });
    await context.close();
  },
});

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.message ?? error}\n${String(error.stack).split('\n').find((line) => line.includes('verify.mjs')) ?? ''}`);
  }
}
await browser.close();
server.close();
await rm(home, { recursive: true });
process.exit(failed === 0 ? 0 : 1);
