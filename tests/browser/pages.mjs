// SPDX-License-Identifier: GPL-3.0-or-later
// Every page that the stories came by, as the office sent it: axe-core's rules, small screens, the keyboard, forced colours, size. Here
// scripts run, for axe-core is one; the page has none of its own. The style sheet comes from the office.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { desktop, phone } from './office.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const COLOURS = ['color-contrast', 'link-in-text-block']; // all that is different in the dark
const PAGE_BYTES = 100_000; // beside what a letter itself has in it
const NARROW = { width: 320, height: 640 };
const ZOOMED = { width: desktop.width / 2, height: desktop.height / 2 }; // 200 %
const OUTLINE = 2; // pixels of focus, at least
const TARGET = 24;
const DATE_PARTS = 5; // Tab stops within a field for a day: day, month, year, the calendar
const WELSH_PICTURES = ['sign in (cy)', 'waiting (cy)', 'letter, open (cy)', 'mine, held (cy)', 'my account (cy)'];

export async function lookAtAll(browser, axe, pages, report) {
  const context = await browser.newContext({ viewport: desktop, ignoreHTTPSErrors: true, bypassCSP: true, reducedMotion: 'reduce' });
  context.setDefaultTimeout(15000);
  const look = new Look(await context.newPage(), await readFile(axe, 'utf8'), process.env.EXEAT_SCREENSHOTS);
  for (const page of pages) await report(`page: ${page.name}`, () => look.at(page));
  if (pages.length > 1) await report('pages have titles of their own', () => titles(look.titles));
  await context.close();
}

// A title is that of the page's heading, and two kinds of pages never have the same.
function titles(found) {
  const kinds = new Map();
  for (const { name, kind, heading, title } of found) {
    if (title !== `${heading} – exeat`) throw new Error(`${name}: the title is "${title}", the heading "${heading}"`);
    if (kind && (kinds.get(title) ?? kind) !== kind) throw new Error(`"${title}" is ${kind} and ${kinds.get(title)}`);
    if (kind) kinds.set(title, kind);
  }
}

class Look {
  constructor(page, axe, folder) {
    this.page = page;
    this.axe = axe;
    this.folder = folder;
    this.titles = [];
  }

  async at(kept) {
    const faults = [];
    await this.show(kept);
    faults.push(...await this.frame(kept));
    if (this.folder) await this.picture(kept);
    faults.push(...await this.rules());
    for (const size of [NARROW, ZOOMED]) faults.push(...await this.fits(size));
    await this.page.setViewportSize(desktop);
    if (!kept.welsh) faults.push(...await this.keyboard(kept), ...await this.forced());
    if (faults.length) throw new Error(faults.join('\n'));
  }

  // The page as it was sent, in its own address, with all that can be unfolded.
  async show(kept) {
    await this.page.unrouteAll();
    await this.page.route(kept.url, (route) => route.fulfill({ status: kept.status, contentType: 'text/html; charset=utf-8',
      body: kept.body }));
    await this.page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
    await this.page.goto(kept.url);
  }

  unfold() {
    return this.page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  }

  async frame(kept) {
    const faults = [];
    const found = await this.page.evaluate(() => ({
      title: document.title, lang: document.documentElement.lang, first: document.querySelector('h1,h2,h3,h4,h5,h6')?.tagName,
      heading: document.querySelector('h1')?.innerText, headings: document.querySelectorAll('h1').length,
      own: document.querySelectorAll('script, style, [style], iframe').length,
      letter: [...document.querySelectorAll('.letter')].reduce((sum, one) => sum + one.innerHTML.length, 0),
    }));
    const kind = kept.status < 400 && new URL(kept.url).pathname.replace(/H-[^/]+/, '*'); // what went wrong has the title of that
    this.titles.push({ ...found, name: kept.name, kind });
    if (found.first !== 'H1' || found.headings !== 1) faults.push(`the first heading is ${found.first}, of ${found.headings} h1`);
    if (found.lang !== (kept.welsh || /in Welsh/.test(kept.name) ? 'cy' : 'en')) faults.push(`lang is ${found.lang}`);
    if (found.own) faults.push('scripts, styles or frames of its own');
    const bytes = Buffer.byteLength(kept.body) - found.letter;
    if (bytes > PAGE_BYTES) faults.push(`${bytes} bytes beside the letter`);
    return faults;
  }

  async rules() {
    await this.unfold();
    await this.page.evaluate(this.axe);
    const faults = await this.axeFinds({ runOnly: { type: 'tag', values: TAGS } }, '');
    await this.page.emulateMedia({ colorScheme: 'dark' });
    faults.push(...await this.axeFinds({ runOnly: { type: 'rule', values: COLOURS } }, ' in the dark'));
    await this.page.emulateMedia({ colorScheme: 'light' });
    return faults;
  }

  async axeFinds(options, where) {
    const found = await this.page.evaluate((how) => window.axe.run(document, { ...how, resultTypes: ['violations'] }), options);
    return found.violations.map((one) => {
      const places = one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ');
      return `axe${where}: ${one.id}: ${one.help}: ${places} ${one.nodes[0].failureSummary ?? ''}`;
    });
  }

  // Nothing is cut off or has to be pushed sideways; what is pressed is large enough for a finger.
  async fits(size) {
    await this.page.setViewportSize(size);
    return this.page.evaluate(({ width, target }) => {
      const faults = [];
      const wide = document.documentElement.scrollWidth;
      if (wide > width) faults.push(`${wide} px wide on a screen of ${width}`);
      for (const one of document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary')) {
        const box = one.getBoundingClientRect();
        if (one.checkVisibility() && (box.height < target || box.width < target))
          faults.push(`${one.outerHTML.slice(0, 120)} is ${Math.round(box.width)} by ${Math.round(box.height)} at ${width}`);
      }
      return faults;
    }, { width: size.width, target: TARGET });
  }

  // Tab goes from the first to the last of what can be used, in the order of the page, and one sees where it is.
  async keyboard(kept) {
    const faults = [];
    await this.show(kept);
    await this.unfold();
    const wanted = await this.page.evaluate(() => {
      const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
      const usable = all.filter((one) => one.checkVisibility() && !one.disabled && !(one.type === 'radio' && !one.checked));
      usable.forEach((one, number) => { one.dataset.number = number; });
      return usable.length;
    });
    for (let number = 0; number < wanted; number++) {
      const before = await this.focused();
      let here = await this.tab();
      for (let part = 1; part < DATE_PARTS && before.date && here.number === before.number; part++) here = await this.tab();
      if (here.number !== String(number)) return [...faults, `Tab ${number} comes to ${here.html}`];
      if (here.outline < OUTLINE) faults.push(`no outline at ${here.html}`);
      if (!here.seen) faults.push(`out of sight: ${here.html}`);
    }
    return [...faults, ...await this.skips(kept)];
  }

  async tab() {
    await this.page.keyboard.press('Tab');
    return this.focused();
  }

  focused() {
    return this.page.evaluate(() => {
      const one = document.activeElement;
      const style = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      return { number: one.dataset.number, date: one.type === 'date', html: one.outerHTML.slice(0, 100),
        outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
        seen: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight };
    });
  }

  async skips(kept) {
    await this.show(kept);
    await this.page.keyboard.press('Tab');
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('Tab');
    const within = await this.page.evaluate(() => {
      const main = document.querySelector('main');
      const one = document.activeElement;
      const any = [...main.querySelectorAll('a[href], button, input:not([type=hidden]), textarea, summary')].some((found) =>
        found.checkVisibility());
      return location.hash === '#main' && (main.contains(one) || !any);
    });
    return within ? [] : ['the skip link does not lead to the page itself'];
  }

  // In the colours of the system alone: buttons have an edge, and the page that one is on can be told from the others.
  async forced() {
    await this.page.emulateMedia({ forcedColors: 'active' });
    const faults = await this.page.evaluate(() => {
      const found = [];
      const looks = (one) => {
        const style = getComputedStyle(one);
        return `${style.backgroundColor} ${style.borderBottomColor} ${style.color}`;
      };
      for (const one of document.querySelectorAll('button:not(.plain), .button, input:not([type=hidden]), textarea')) {
        if (one.checkVisibility() && parseFloat(getComputedStyle(one).borderTopWidth) < 1 && !/checkbox|radio/.test(one.type))
          found.push(`no edge in forced colours: ${one.outerHTML.slice(0, 100)}`);
      }
      for (const here of document.querySelectorAll('a[aria-current]')) {
        const other = here.closest('ul').querySelector('a:not([aria-current])');
        if (other && looks(here) === looks(other)) found.push(`the same in forced colours: ${here.innerText} and ${other.innerText}`);
      }
      return found;
    });
    await this.page.emulateMedia({ forcedColors: 'none' });
    return faults;
  }

  async picture(kept) {
    if (kept.welsh && !WELSH_PICTURES.includes(kept.name)) return;
    await mkdir(this.folder, { recursive: true });
    for (const [device, viewport] of Object.entries({ phone, desktop })) {
      for (const colorScheme of ['light', 'dark']) {
        await this.page.setViewportSize(viewport);
        await this.page.emulateMedia({ colorScheme });
        const name = `${kept.name} - ${device} ${colorScheme}`.replace(/[^\w]+/g, '-');
        await this.page.screenshot({ path: join(this.folder, `${name}.png`), fullPage: true });
      }
    }
    await this.page.setViewportSize(desktop);
    await this.page.emulateMedia({ colorScheme: 'light' });
  }
}
