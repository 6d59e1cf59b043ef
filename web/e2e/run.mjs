// Walks through the page in a real browser. Works against the program and against dev/mock.mjs.
//   TRUCELINE_URL=http://127.0.0.1:4180 TRUCELINE_SHOTS=/some/folder npm run e2e
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NARROW, WIDE, launch, open, settled } from './browser.mjs';

const url = process.env.TRUCELINE_URL ?? 'http://127.0.0.1:4180';
const folder = process.env.TRUCELINE_SHOTS ?? 'test-results';
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LANGS = ['en', 'uk', 'ru', 'fr'];

await mkdir(folder, { recursive: true });
const mission = await (await fetch(new URL('/api/v1/mission', url))).json();
// Stand still well inside the week, so that there is something to look at whatever the speed of this machine.
const ask = (body) => fetch(new URL('/api/v1/replay', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
await ask({ action: 'pause' });
const [first, last] = [mission.span.from, mission.span.until].map((at) => new Date(at).getTime());
const inside = new Date(first + 0.6 * (last - first)).toISOString();
if ((await ask({ action: 'seek', at: inside })).ok) {
  for (let tries = 0; tries < 240; tries += 1) {
    const state = await (await fetch(new URL('/api/v1/state', url))).json();
    if (state.incidents.length > 0 && new Date(state.now) >= new Date(inside)) break;
    await new Promise((done) => setTimeout(done, 250));
  }
}
const browser = await launch();

const rows = (page) => page.locator('#panel-body li > button');
const shown = async (page) => Number((await page.locator('#tab-incidents .num').innerText()).replace(/\D/g, ''));
const shot = (page, name, fullPage = false) => page.screenshot({ path: join(folder, `${name}.png`), fullPage });
const cursor = async (page) => Number(await page.locator('.slider').inputValue());

async function axe(page, where) {
  // Run through the debugger, so that the page's own content policy stays as it is.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`), [], `axe-core, ${where}`);
}

async function noOverflow(page, where) {
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${where} is ${over} px too wide`);
}

const checks = {
  async 'opens with no error, no foreign request and no break of the content policy'() {
    const { context, page, wrong, foreign } = await open(browser, url);
    await settled(page);
    assert.equal(await page.title(), `${mission.name} · Truceline`);
    assert.equal(await page.locator('.banner.fictional').count(), mission.fictional ? 1 : 0);
    assert.equal(await page.locator('.maplibregl-canvas').count(), 1, 'the map stands');
    assert.equal(await page.locator('.buttons').count(), 1, 'the map has loaded, worker included');
    await page.locator('.group button', { hasText: /^All$/ }).click();
    await page.waitForTimeout(600);
    await shot(page, 'wide-all');
    assert.deepEqual(foreign, [], 'requests to other hosts');
    assert.deepEqual(await page.evaluate(() => window.policyBreaks), []);
    assert.deepEqual(wrong, []);
    await context.close();
  },

  async 'lists, detail and back, by keyboard alone'() {
    const { context, page } = await open(browser, url);
    await settled(page);
    await page.locator('.group button', { hasText: /^All$/ }).click();
    assert.ok((await shown(page)) > 0, 'incidents are listed');
    const first = rows(page).first();
    const id = await first.getAttribute('id');
    await first.focus();
    await page.keyboard.press('Enter');
    await page.locator('#detail .counts').waitFor();
    assert.match(page.url(), /#\/incident\//);
    assert.equal(await page.locator('#detail .counts dt').count(), 3, 'three counts');
    await shot(page, 'wide-detail');
    await page.keyboard.press('Escape');
    await page.locator(`#${CSS_escape(id)}`).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), id, 'focus is back on the row');
    await page.goBack();
    await page.locator('#detail').waitFor();
    await page.locator('#tab-findings').click();
    if (await rows(page).count()) {
      await rows(page).first().click();
      await page.locator('#detail blockquote').waitFor();
      await shot(page, 'wide-finding');
    }
    await page.locator('#tab-mission').click();
    assert.ok((await page.locator('.mission').innerText()).includes(mission.agreement.title));
    await context.close();
  },

  async 'the origin is never a place'() {
    const { context, page } = await open(browser, url);
    await settled(page);
    await page.locator('.group button', { hasText: /^All$/ }).click();
    const state = await (await fetch(new URL('/api/v1/state', url))).json();
    const known = state.incidents.find((one) => one.origin_shares.length > 0 && one.superseded_by === null);
    if (known) {
      await page.goto(`${url}#/incident/${encodeURIComponent(known.id)}`);
      const section = page.locator('#detail section', { has: page.getByRole('heading', { name: 'Origin', exact: true }) });
      const text = await section.innerText();
      assert.match(text, /Probability the origin lies in the area controlled by .+: [<>]?\d+\s%/);
      assert.doesNotMatch(text, /\d+\.\d{3,}|°/);
    }
    await context.close();
  },

  async 'time moves by slider, keys and window'() {
    const { context, page } = await open(browser, url);
    await settled(page);
    const start = await cursor(page);
    await page.locator('.slider').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.ok((await cursor(page)) < start, 'left goes back');
    await page.keyboard.press('Home');
    assert.equal(await cursor(page), Date.parse(mission.span.from));
    await page.keyboard.press('Space');
    await page.waitForTimeout(700);
    assert.ok((await cursor(page)) > Date.parse(mission.span.from), 'space plays');
    await page.keyboard.press('Space');
    await page.keyboard.press('End');
    assert.ok(Math.abs((await cursor(page)) - start) <= 1_800_000, 'end is the latest moment');
    const day = await shown(page);
    await page.locator('.group button', { hasText: /^All$/ }).click();
    assert.ok((await shown(page)) >= day, 'a wider window shows no less');
    await context.close();
  },

  async 'filter and search narrow the lists, and emptiness is explained'() {
    const { context, page } = await open(browser, url);
    await settled(page);
    await page.locator('.group button', { hasText: /^All$/ }).click();
    const all = await shown(page);
    await page.locator('.verdicts button', { hasText: 'Undetermined' }).click();
    assert.ok((await shown(page)) <= all);
    await page.locator('input[type=search]').fill('zzzz nothing is called so');
    assert.equal(await shown(page), 0);
    assert.match(await page.locator('#panel-body').innerText(), /Nothing matches/);
    await context.close();
  },

  async 'every language is complete and marked as itself'() {
    for (const lang of LANGS) {
      const { context, page } = await open(browser, url, { lang });
      await settled(page);
      assert.equal(await page.getAttribute('html', 'lang'), lang);
      const expected = { en: 'Incidents', uk: 'Інциденти', ru: 'Инциденты', fr: 'Incidents' }[lang];
      assert.match(await page.locator('#tab-incidents').innerText(), new RegExp(expected));
      await noOverflow(page, `${lang}, wide`);
      await page.setViewportSize(NARROW);
      await noOverflow(page, `${lang}, narrow`);
      await shot(page, `narrow-${lang}`, true);
      await context.close();
    }
  },

  async 'nothing grave for axe-core, in both themes and widths'() {
    for (const [theme, viewport, name] of [['light', WIDE, 'light wide'], ['dark', WIDE, 'dark wide'], ['light', NARROW, 'light narrow'], ['dark', NARROW, 'dark narrow']]) {
      const { context, page } = await open(browser, url, { theme, viewport });
      await settled(page);
      await page.locator('.group button', { hasText: /^All$/ }).click();
      await axe(page, `${name}, list`);
      if (await rows(page).count()) {
        await rows(page).first().click();
        await page.locator('#detail').waitFor();
        await axe(page, `${name}, detail`);
      }
      for (const tab of ['findings', 'mission']) {
        await page.locator(`#tab-${tab}`).click();
        await axe(page, `${name}, ${tab}`);
      }
      await context.close();
    }
  },

  async 'a lost connection is said, and mends itself'() {
    const { context, page } = await open(browser, 'about:blank');
    await page.route('**/api/v1/events', (route) => route.abort());
    await page.goto(url);
    await page.locator('.banner.lost').waitFor({ timeout: 15_000 });
    assert.match(await page.locator('.banner.lost').innerText(), /Connection lost\. Showing the state of \d\d:\d\d/);
    await shot(page, 'wide-lost');
    await page.unroute('**/api/v1/events');
    await page.locator('.banner.lost').waitFor({ state: 'detached', timeout: 30_000 });
    await context.close();
  },

  async 'a program that does not answer is said, and can be tried again'() {
    const { context, page } = await open(browser, 'about:blank');
    await page.route('**/api/v1/**', (route) => route.fulfill({ status: 503, body: 'not ready' }));
    await page.goto(url);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await shot(page, 'wide-failed');
    await axe(page, 'failed');
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#lists').waitFor();
    await context.close();
  },

  async 'UTC, themes and stillness are honoured'() {
    const { context, page } = await open(browser, url, { reducedMotion: 'reduce' });
    await settled(page);
    await page.locator('.group button', { hasText: /^UTC$/ }).click();
    assert.match(await page.locator('.status').innerText(), /UTC$/);
    await page.locator('.theme select').selectOption('dark');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    await page.waitForTimeout(500);
    await shot(page, 'wide-dark');
    await page.reload();
    await settled(page);
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark', 'remembered');
    await page.emulateMedia({ media: 'print' });
    await shot(page, 'print', true);
    await context.close();
  },
};

function CSS_escape(id) {
  return id.replace(/[^\w-]/g, (character) => `\\${character}`);
}

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.message ?? error}\n${String(error.stack).split('\n').find((line) => line.includes('run.mjs')) ?? ''}`);
  }
}
await browser.close();
process.exit(failed === 0 ? 0 : 1);
