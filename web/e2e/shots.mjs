// Pictures of the page for the eye: every language, both themes, both widths.
//   TRUCELINE_URL=http://127.0.0.1:4180 TRUCELINE_SHOTS=/some/folder node e2e/shots.mjs [filter]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NARROW, WIDE, launch, open, settled } from './browser.mjs';

const url = process.env.TRUCELINE_URL ?? 'http://127.0.0.1:4180';
const folder = process.env.TRUCELINE_SHOTS ?? 'test-results';
const filter = process.argv[2] ?? '';

const plans = ['en', 'uk', 'ru', 'fr'].flatMap((lang) => ['light', 'dark'].flatMap((theme) => [['wide', WIDE], ['narrow', NARROW]].map(([width, viewport]) => ({ name: `${lang}-${theme}-${width}`, lang, theme, viewport }))));

await mkdir(folder, { recursive: true });
const browser = await launch();
for (const plan of plans.filter((one) => one.name.includes(filter))) {
  const { context, page } = await open(browser, url, plan);
  await settled(page);
  await page.screenshot({ path: join(folder, `${plan.name}.png`), fullPage: plan.viewport === NARROW });
  const row = page.locator('#panel-body li button').first();
  if (await row.count()) {
    await row.click();
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(folder, `${plan.name}-detail.png`), fullPage: plan.viewport === NARROW });
  }
  await context.close();
}
await browser.close();
