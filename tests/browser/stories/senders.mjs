// SPDX-License-Identifier: GPL-3.0-or-later
// Senders, most of whom have no account: what was found, taking back, putting right, asking.

import assert from 'node:assert/strict';
import { arrivals, mail, outside, people, reached, send, teachers, whoHas } from '../school.mjs';
import { button, follow, heading, link, main, phone, press, visit } from '../office.mjs';

// From the link of the sender's notice to the page of the letter.
async function comeByNotice(office, letter) {
  const notice = await mail(letter.from, letter.id, 'waiting for a decision');
  const page = await office.window(phone);
  await visit(page, notice.links[0]);
  assert.equal(await heading(page), 'Sign in with a code by mail');
  await office.look(page, 'code by mail, to ask for');
  await office.signInByMail(page, letter.from);
  assert.equal(await heading(page), 'A letter of yours');
  return page;
}

export const story = {
  async 'a sender follows the link of the notice, sees what was found, and takes the letter back'(office) {
    const letter = await send('number', teachers.carver, outside.clinic, outside.coaches);
    const page = await comeByNotice(office, letter);
    const said = await main(page);
    assert.match(said, /NHS number/);
    assert.match(said, new RegExp(outside.clinic));
    await office.look(page, 'mine, held');
    await press(page, 'Take the letter back');
    assert.match(await main(page), /You have taken the letter back\. It is still in your sent items/);
    await office.look(page, 'mine, taken back');
    assert.equal(await button(page, 'Take the letter back').count(), 0);
    assert.match((await mail(letter.from, letter.id, 'back')).text, /in your sent items/);
    assert.deepEqual((await whoHas(letter)).filter((one) => one !== letter.from), []);
  },

  async 'a sender has it put right, and the letter goes out without anybody’s leave'(office) {
    const letter = await send('subject', teachers.binns, outside.clinic);
    const page = await comeByNotice(office, letter);
    const subject = await page.locator('dt:has-text("New subject") + dd').innerText();
    assert.doesNotMatch(subject, /Jamie|Hargreaves/);
    await office.look(page, 'mine, can be put right');
    await press(page, 'Put it right and send it');
    assert.match(await main(page), /The letter is put right and on its way/);
    assert.equal((await reached(letter)).subject, subject);
  },

  async 'a sender asks for the release, and those who decide read why before they open the letter'(office) {
    const letter = await send('number', teachers.latham, outside.tutors);
    const page = await comeByNotice(office, letter);
    const before = await arrivals();
    await page.getByLabel('Why it should go as it is').fill('The clinic asked for it by telephone.');
    await press(page, 'Ask');
    assert.match(await main(page), /You have asked for its release/);
    await office.look(page, 'mine, asked');

    const told = await mail(people.head.address, letter.id, '', before);
    assert.ok(!told.whole.includes('telephone'), 'the mail has nothing of the reason');
    const head = await office.as(people.head);
    await visit(head, `/letter/${letter.id}`);
    assert.equal(await button(head, 'Open the letter').count(), 1);
    await head.getByText('What has happened so far').click();
    assert.match(await main(head), /The clinic asked for it by telephone\./);
    await office.look(head, 'letter, its sender asks');
    await press(head, 'Open the letter');
    await press(head, 'Release');
    await reached(letter);
  },

  async 'a sender without an account sees their own letters and nothing else'(office) {
    const own = await send('number', teachers.carver, outside.tutors);
    const others = await send('number', teachers.lloyd, outside.tutors);
    const page = await office.window(phone);
    await visit(page, '/mine');
    await office.signInByMail(page, teachers.carver);
    assert.equal(await heading(page), 'My own letters');
    assert.match(await main(page), new RegExp(own.id));
    assert.doesNotMatch(await main(page), new RegExp(others.id));
    await office.look(page, 'mine');
    assert.equal(await visit(page, `/mine/${others.id}`), 404);
    assert.equal(await heading(page), 'There is nothing here for you');
    await office.look(page, 'nothing here');
    for (const path of ['/waiting', '/decided', '/flagged', '/audit', '/health', '/me', `/letter/${others.id}`]) {
      await visit(page, path);
      assert.equal(await heading(page), 'Sign in', path);
    }
    assert.equal(await link(page, 'Waiting').count(), 0);
  },

  async 'a wrong code, and then the right one'(office) {
    const page = await office.window(phone);
    const before = await arrivals();
    await visit(page, '/mine/sign-in');
    await page.getByLabel('Your school e-mail address').fill(teachers.latham);
    await press(page, 'Send me a code');
    const { digits: [code] } = await mail(teachers.latham, 'code', '', before);
    const wrong = code.replace(/\d/g, (digit) => (Number(digit) + 1) % 10);
    await page.getByLabel('The eight digits in the mail').fill(wrong);
    assert.equal(await press(page, 'Sign in'), 403);
    assert.match(await main(page), /That is not the code in the mail/);
    await office.look(page, 'code by mail, wrong');
    await page.getByLabel('The eight digits in the mail').fill(code);
    await press(page, 'Sign in');
    assert.equal(await heading(page), 'My own letters');
    await follow(page, 'exeat');
    assert.equal(await heading(page), 'My own letters');
  },
};
