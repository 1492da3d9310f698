// SPDX-License-Identifier: GPL-3.0-or-later
// The office as a person meets it: windows without scripts, signing in, and pages that are kept to be looked at afterwards.

import assert from 'node:assert/strict';
import * as school from './school.mjs';

export const phone = { width: 375, height: 812 };
const LANGUAGE = '__Host-exeat-language'; // a cookie

export const desktop = { width: 1280, height: 800 };

export const heading = (page) => page.locator('h1').innerText();
export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const link = (page, name) => page.getByRole('link', { name, exact: true });
export const main = (page) => page.locator('main').innerText();

// Clicks, and waits until the page that comes of it is there. Gives its status.
export async function press(page, name) {
  return go(page, button(page, name).click());
}

export async function follow(page, name) {
  return go(page, link(page, name).first().click());
}

async function go(page, click) {
  const [reply] = await Promise.all([page.waitForResponse((one) => isDocument(page, one) && !isRedirect(one)), click]);
  await page.waitForLoadState('load');
  return reply.status();
}

export async function visit(page, path) {
  const reply = await page.goto(path.startsWith('https:') ? path : school.console_ + path);
  return reply.status();
}

const isRedirect = (reply) => reply.status() >= 300 && reply.status() < 400;
const isDocument = (page, reply) => reply.request().isNavigationRequest() && reply.frame() === page.mainFrame();

export class Office {
  constructor(browser) {
    this.browser = browser;
    this.signedIn = new Map(); // address to cookies, password and secret
    this.pages = new Map();    // name to what pages.mjs looks at
  }

  // A window of its own: no cookies but those that are given.
  async window(size = desktop, cookies = []) {
    const context = await this.browser.newContext({ viewport: size, ignoreHTTPSErrors: true, javaScriptEnabled: false, locale: 'en-GB',
      reducedMotion: 'reduce' });
    context.setDefaultTimeout(15000);
    await context.addCookies(cookies);
    const page = await context.newPage();
    page.on('response', (reply) => { if (isDocument(page, reply) && !isRedirect(reply)) page.lastReply = reply; });
    return page;
  }

  // The window of somebody who has signed in; the first time they do all that the first time takes.
  async as(person, size = desktop) {
    const known = this.signedIn.get(person.address);
    if (known) return this.window(size, known.cookies);
    const page = await this.window(size);
    await visit(page, '/sign-in');
    await this.signInFirst(page, person);
    return page;
  }

  // From the sign-in page, with set-up password, authenticator, recovery codes and a password of one's own,
  // to where they wanted to go.
  async signInFirst(page, person) {
    const setUp = await school.addAccount(person);
    await page.getByLabel('School e-mail address').fill(person.address);
    await page.getByLabel('Password for exeat').fill(setUp);
    await press(page, 'Continue');
    assert.equal(await heading(page), 'Set up your codes');
    await this.look(page, 'enrol');
    const secret = await page.locator('p.code').innerText();
    await page.getByLabel('The six digits that the app shows now').fill(await school.codeOf(secret));
    await press(page, 'Continue');
    assert.equal(await heading(page), 'Keep these recovery codes');
    const recovery = await page.locator('main li .code').allInnerTexts();
    assert.equal(new Set(recovery).size, 10);
    await this.look(page, 'recovery codes');
    await follow(page, 'I have kept them');
    assert.equal(await heading(page), 'My account');
    await this.look(page, 'own password');
    const password = `a word and another for ${person.name}`;
    await page.getByLabel('The password that you have now').fill(setUp);
    await page.getByLabel('New password').fill(password);
    await press(page, 'Change the password');
    assert.notEqual(await heading(page), 'My account');
    await this.remember(page, person.address, { secret, password, recovery });
    return page;
  }

  // A sender without an account: from the page that asks for an address to where they wanted to go.
  async signInByMail(page, address) {
    const before = await school.arrivals();
    await page.getByLabel('Your school e-mail address').fill(address);
    await press(page, 'Send me a code');
    assert.equal(await heading(page), 'Check your mailbox');
    await this.look(page, 'code by mail, to give');
    const mail = await school.mail(address, 'code', '', before);
    assert.equal(mail.digits.length, 1);
    await page.getByLabel('The eight digits in the mail').fill(mail.digits[0]);
    await press(page, 'Sign in');
    await this.remember(page, address, {});
  }

  async remember(page, address, more) {
    const cookies = await page.context().cookies();
    this.signedIn.set(address, { cookies, ...more });
    await school.keepSession(address, cookies.map((one) => `${one.name}=${one.value}`).join('; '));
  }

  async keep(name, reply) {
    this.pages.set(name, { name, url: reply.url(), status: reply.status(), body: await reply.text() });
  }

  // Keeps the page that is in the window for pages.mjs; what a GET shows also in Welsh. The first of a name is kept.
  async look(page, name) {
    if (this.pages.has(name)) return;
    const reply = page.lastReply;
    await this.keep(name, reply);
    if (reply.request().method() === 'GET') this.pages.set(`${name} (cy)`, await inWelsh(page, this.pages.get(name)));
  }
}

async function inWelsh(page, kept) {
  const context = page.context();
  const before = (await context.cookies()).filter((one) => one.name === LANGUAGE);
  await context.addCookies([{ name: LANGUAGE, value: 'cy', url: school.console_, secure: true }]);
  const reply = await context.request.get(kept.url, { ignoreHTTPSErrors: true });
  const welsh = { name: `${kept.name} (cy)`, url: kept.url, status: reply.status(), body: await reply.text(), welsh: true };
  await context.clearCookies({ name: LANGUAGE });
  await context.addCookies(before);
  return welsh;
}
