// A browser for the checks: the system's Chromium, drawing in software, talking to nobody but the page.
import { chromium } from 'playwright-core';

const ARGUMENTS = ['--no-sandbox', '--enable-unsafe-swiftshader', '--use-angle=swiftshader', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** Opens the page and gathers everything that went wrong while it was open. */
export async function open(browser, url, { viewport = WIDE, lang = 'en', theme = 'light', reducedMotion = 'no-preference' } = {}) {
  const context = await browser.newContext({ viewport, locale: lang, colorScheme: theme, reducedMotion });
  await context.addInitScript(() => {
    window.policyBreaks = [];
    document.addEventListener('securitypolicyviolation', (event) => window.policyBreaks.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const page = await context.newPage();
  const wrong = [];
  const foreign = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (target.origin !== new URL(url).origin && !['blob:', 'data:'].includes(target.protocol)) foreign.push(request.url());
  });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { context, page, wrong, foreign };
}

/** Waits until the lists stand and the map has drawn. */
export async function settled(page) {
  await page.locator('#lists').waitFor();
  await page.waitForFunction(() => document.querySelector('.buttons, .cover[role=status]:not(.quiet)'), null, { timeout: 30_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(900);
}
