// SPDX-License-Identifier: GPL-3.0-or-later
// Those who decide: the first letter, taking back, sending back, races, several at once.

import assert from 'node:assert/strict';
import { mail, outside, people, reached, sample, send, teachers, whoHas } from '../school.mjs';
import { button, desktop, follow, heading, main, phone, press, visit } from '../office.mjs';

// Opens a letter, with a reason where one is asked for.
export async function open(page, letter, why) {
  await visit(page, `/letter/${letter.id}`);
  if (why) await page.getByLabel('Why you open it').fill(why);
  await press(page, 'Open the letter');
}

export const story = {
  async 'a letter is held, and the head, who was never here, releases it put right'(office) {
    const letter = await send('subject', teachers.latham, outside.clinic);
    assert.equal(letter.action, 'hold');
    const asked = await mail(people.head.address, letter.id, 'needs your decision');
    assert.ok(!asked.whole.includes('Hargreaves'), 'the mail names nobody');
    assert.equal(asked.links.length, 1);

    const page = await office.window(phone);
    await visit(page, asked.links[0]);
    assert.equal(await heading(page), 'Sign in');
    await office.look(page, 'sign in');
    await office.signInFirst(page, people.head);
    assert.equal(await heading(page), 'A letter that was held');
    assert.ok(page.url().endsWith(letter.id), 'the letter that the mail was about');
    await follow(page, 'Waiting');
    assert.match(await main(page), new RegExp(`One letter[^]*${teachers.latham}[^]*${letter.id}`));
    await office.look(page, 'waiting, one letter');

    await follow(page, teachers.latham);
    assert.ok(!(await page.content()).includes('Hargreaves'), 'a closed letter shows nothing of itself');
    await office.look(page, 'letter, closed');
    await press(page, 'Open the letter');
    const said = await main(page);
    assert.match(said, /The reading log is in the book bag today/);
    assert.match(said, /Why it was held/);
    assert.equal(await page.locator('.change del').innerText(), letter.subject);
    const after = await page.locator('.change ins').innerText();
    assert.doesNotMatch(after, /Jamie|Hargreaves/);
    await office.look(page, 'letter, open');

    await press(page, 'Release put right');
    assert.match(await main(page), /The letter is released/);
    await office.look(page, 'letter, to be taken back');
    await press(page, 'Take it back');
    assert.match(await main(page), /The letter waits again/);
    await office.look(page, 'letter, taken back');
    assert.deepEqual(await whoHas(letter), []);

    await press(page, 'Release put right');
    const came = await reached(letter);
    assert.equal(came.subject, after);
    await visit(page, `/letter/${letter.id}`);
    assert.match(await main(page), /Released and delivered/);
    await office.look(page, 'letter, decided');
    await visit(page, `/letter/${letter.id}?done=too-late`);
    await office.look(page, 'letter, too late');
  },

  async 'a letter goes back with a note, which its sender reads after signing in and no mail has'(office) {
    const letter = await send('number', teachers.lloyd, outside.clinic);
    const page = await office.as(people.head, desktop);
    await open(page, letter);
    const note = page.getByLabel('A note to the sender');
    assert.match(await note.inputValue(), /Your letter was not sent/);
    await note.fill('Please use the clinic’s portal.\nIt has a form for referrals.');
    await press(page, 'Send back with guidance');
    assert.match(await main(page), /The letter goes back to its sender/);
    await office.look(page, 'letter, going back');

    const told = await mail(teachers.lloyd, letter.id, 'not sent');
    assert.ok(!told.whole.includes('portal') && !told.whole.includes('McAllister'), 'the mail has nothing of the note');
    const sender = await office.window(phone);
    await visit(sender, told.links[0]);
    await office.signInByMail(sender, teachers.lloyd);
    assert.match(await sender.locator('.notice').innerText(), /Please use the clinic’s portal\.\s+It has a form for referrals\./);
    await office.look(sender, 'mine, sent back');
    assert.deepEqual(await whoHas(letter), []);
  },

  async 'while the head is away two deputies decide on one letter: who comes second is told who was first'(office) {
    const letter = await send('both', teachers.carver, outside.clinic, outside.coaches);
    const one = await office.as(people.deputy);
    await open(one, letter, 'To be ready for tomorrow.');
    assert.match(await main(one), /At the moment they are here/);
    await office.look(one, 'letter, open to a deputy');

    const head = await office.as(people.head);
    await visit(head, '/me');
    await office.look(head, 'my account');
    await head.getByLabel('Away until the evening of').fill(inDays(3));
    await press(head, 'I am away');
    assert.match(await main(head), /You are away until/);
    await office.look(head, 'my account, away');

    const two = await office.as(people.deputyTwo, phone);
    await visit(two, '/waiting');
    assert.match(await main(two), /d\.okafor@oakfield\.sch\.uk has it open/);
    await open(two, letter);
    await visit(one, `/letter/${letter.id}`);
    await one.locator('form[action$="/release"]').getByLabel(outside.coaches).uncheck();
    await press(one, 'Release as it is');
    assert.match(await main(one), /The letter is released/);
    await two.locator('form[action$="/return"]').getByLabel(outside.coaches).uncheck();
    await two.getByLabel('A note to the sender').fill('This is what I had typed.');
    assert.equal(await press(two, 'Send back with guidance'), 409);
    assert.match(await main(two), /Somebody else was first: Released by d\.okafor@oakfield\.sch\.uk \(deputy head\)/);
    assert.equal(await two.getByLabel('What you had written').inputValue(), 'This is what I had typed.');
    await office.look(two, 'somebody was first');
    await reached(letter, [outside.clinic]);

    await visit(head, '/me');
    await press(head, 'I am back');
    assert.equal(await head.getByText('You are away until').count(), 0);
  },

  async 'two letters are released at once'(office) {
    const page = await office.as(people.head);
    const letters = [await send('number', teachers.carver, outside.clinic), await send('number', teachers.binns, outside.coaches)];
    await visit(page, '/waiting');
    for (const letter of letters) await page.getByLabel(`Choose ${letter.id}`).check();
    await office.look(page, 'waiting');
    await press(page, 'Decide on the ticked letters');
    assert.match(await main(page), new RegExp(letters[0].id));
    assert.match(await main(page), new RegExp(letters[1].id));
    await office.look(page, 'several at once');
    await press(page, 'Release all of these as they are');
    assert.deepEqual((await page.locator('main li a').allInnerTexts()).sort(), letters.map((one) => one.id).sort());
    await office.look(page, 'several at once, done');
    for (const letter of letters) await reached(letter);
  },

  async 'an attachment is shown as text, and a letter is kept as evidence'(office) {
    const letter = await sample('list-in-workbook');
    const page = await office.as(people.head);
    await open(page, letter);
    assert.ok(await page.locator('table td').count() > 10, 'the list is a table');
    await office.look(page, 'letter, with an attachment');
    await press(page, 'Keep as evidence');
    assert.match(await main(page), /kept as evidence/);
    assert.equal(await button(page, 'No longer keep as evidence').count(), 1);
    const other = await sample('html-table');
    await open(page, other);
    await office.look(page, 'letter, with a table');
  },
};

function inDays(days) {
  return new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}
