// SPDX-License-Identifier: GPL-3.0-or-later
// Starts Chromium, lives through the stories one after another, and looks at the pages that they came by. A line for each, "ok - …" or
// "not ok - …", for run.py to count.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Office } from './office.mjs';
import { lookAtAll } from './pages.mjs';
import { story as deciding } from './stories/deciding.mjs';
import { story as senders } from './stories/senders.mjs';
import { story as together } from './stories/together.mjs';
import { story as lists } from './stories/lists.mjs';
import { story as rights } from './stories/rights.mjs';

const packages = createRequire(join(process.env.EXEAT_PACKAGES, 'package.json'));
const { chromium } = packages('playwright-core');

async function report(name, act) {
  const began = Date.now();
  try {
    await act();
    console.log(`ok - ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (fault) {
    console.log(`not ok - ${name}\n${String(fault.stack ?? fault).replace(/^/gm, '    ')}`);
  }
}

async function main() {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  try {
    const office = new Office(browser);
    for (const stories of [deciding, senders, together, lists, rights]) {
      for (const [name, act] of Object.entries(stories)) {
        if (name.includes(process.env.EXEAT_ONLY)) await report(name, () => closing(browser, () => act(office)));
      }
    }
    await lookAtAll(browser, packages.resolve('axe-core'), [...office.pages.values()], report);
  } finally {
    await browser.close();
  }
}

// Windows that a story opened end with it.
async function closing(browser, act) {
  try {
    await act();
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
}

await main();
