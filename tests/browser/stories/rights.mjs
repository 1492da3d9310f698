// SPDX-License-Identifier: GPL-3.0-or-later
// Who sees what, in which language, and what happens when one is no longer signed in.

import assert from 'node:assert/strict';
import { codeOf, console_, outside, people, send, teachers } from '../school.mjs';
import { button, desktop, follow, heading, link, main, phone, press, visit } from '../office.mjs';
import { open } from './deciding.mjs';

const language = (page) => page.locator('html').getAttribute('lang');

export const story = {
  async 'the network manager sees how the office is doing, and nothing of letters'(office) {
    const letter = await send('number', teachers.carver, outside.clinic);
    const page = await office.as(people.networkManager);
    await follow(page, 'exeat');
    assert.equal(await heading(page), 'Health');
    assert.deepEqual(await page.locator('nav.main a').allInnerTexts(), ['Health', 'My own letters', 'My account']);
    assert.doesNotMatch(await page.content(), /carver|McAllister|tamside/);
    for (const path of ['/waiting', '/decided', '/flagged', '/audit', '/audit.csv', `/letter/${letter.id}`, `/mine/${letter.id}`])
      assert.equal(await visit(page, path), 404, path);
    await office.look(page, 'nothing here, signed in');
  },

  async 'the data protection officer explains before reading, and does not decide'(office) {
    const letter = await send('number', teachers.carver, outside.clinic);
    const page = await office.as(people.dpo);
    await visit(page, `/letter/${letter.id}`);
    await page.getByText('When the sender is told').click();
    await office.look(page, 'letter, to be explained by the officer');
    await page.getByLabel('Why you open it').fill('A question of the regulator.');
    await press(page, 'Open the letter');
    assert.match(await main(page), /McAllister/);
    for (const name of ['Release', 'Release as it is', 'Send back with guidance']) assert.equal(await button(page, name).count(), 0);
    await office.look(page, 'letter, open to the officer');
    await visit(page, '/waiting');
    assert.equal(await page.locator('.letters input').count(), 0);
  },

  async 'the pages are in Welsh for who wants them so, and stay so'(office) {
    const page = await office.window(phone);
    await visit(page, '/sign-in');
    assert.equal(await language(page), 'en');
    const english = await main(page);
    await press(page, 'Cymraeg');
    assert.equal(await language(page), 'cy');
    assert.notEqual(await main(page), english);
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await visit(page, '/nowhere');
    assert.equal(await language(page), 'cy');
    assert.equal(await button(page, 'English').getAttribute('lang'), 'en');
    await office.look(page, 'nothing here, in Welsh');
    await press(page, 'English');
    assert.equal(await language(page), 'en');

    const head = await office.as(people.head, phone);
    await visit(head, '/waiting');
    await press(head, 'Cymraeg');
    assert.equal(await language(head), 'cy');
    const again = await office.as(people.head);
    await visit(again, '/waiting');
    assert.equal(await language(again), 'cy', 'the account remembers it');
    await press(again, 'English');
  },

  async 'what somebody typed is not lost when they sign out in another window'(office) {
    const letter = await send('number', people.head.address, outside.coaches);
    const one = await office.as(people.chair);
    await open(one, letter);
    await one.getByLabel('A note to the sender').fill('A long note that took its time.');
    const two = await one.context().newPage();
    await visit(two, '/me');
    await press(two, 'Sign out');
    assert.equal(await press(one, 'Send back with guidance'), 403);
    assert.equal(await heading(one), 'Please sign in again');
    assert.equal(await one.getByLabel('What you had written').inputValue(), 'A long note that took its time.');
    await office.look(one, 'please sign in again');
    await follow(one, 'Sign in');
    assert.equal(await link(one, 'Waiting').count(), 0);
  },

  async 'who has signed out is out'(office) {
    await (await office.as(people.colleague)).context().close();
    const known = office.signedIn.get(people.colleague.address);
    const page = await office.window(desktop);
    await visit(page, '/me');
    assert.equal(await heading(page), 'Sign in');
    await page.getByLabel('School e-mail address').fill(people.colleague.address);
    await page.getByLabel('Password for exeat').fill('not this one at all');
    assert.equal(await press(page, 'Continue'), 403);
    await office.look(page, 'sign in, wrong');
    await page.getByLabel('Password for exeat').fill(known.password);
    await press(page, 'Continue');
    assert.equal(await heading(page), 'Your code');
    await office.look(page, 'sign in, code');
    await page.getByLabel('Six digits from your app').fill('not a code');
    assert.equal(await press(page, 'Sign in'), 403);
    await office.look(page, 'sign in, wrong code');
    await page.getByLabel('Six digits from your app').fill(await codeOf(known.secret));
    await press(page, 'Sign in');
    assert.equal(await heading(page), 'My account');

    await visit(page, '/me');
    await page.getByLabel('The password that you have now').fill('short');
    await page.getByLabel('New password').fill('short');
    assert.equal(await press(page, 'Change the password'), 403);
    await office.look(page, 'my account, wrong password');
    await press(page, 'Sign out');
    assert.equal(await heading(page), 'Sign in');
    await visit(page, '/me');
    assert.equal(await heading(page), 'Sign in');
  },

  async 'a form of another session, one that is too large, and an address that is not for that'(office) {
    const page = await office.as(people.head);
    await visit(page, '/me');
    await page.locator('form[action="/me/password"] input[name=csrf]').evaluate((field) => { field.value = 'A'.repeat(43); });
    await page.getByLabel('The password that you have now').fill('whatever it was');
    await page.getByLabel('New password').fill('whatever it will be');
    assert.equal(await press(page, 'Change the password'), 403);
    await office.look(page, 'form of another session');
    assert.equal(await visit(page, '/sign-out'), 405);
    await office.look(page, 'not for that');
    const reply = await page.context().request.post(`${console_}/me/password`, { form: { new: 'x'.repeat(2_000_000) },
      headers: { Origin: console_ } });
    assert.equal(reply.status(), 413);
    await office.keep('too much', reply);
    const forged = await page.context().request.post(`${console_}/me/password`, { form: { new: 'x' },
      headers: { Origin: 'https://elsewhere.example' } });
    assert.equal(forged.status(), 403);
    await office.keep('from another site', forged);
  },
};
