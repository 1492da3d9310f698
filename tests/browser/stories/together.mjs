// SPDX-License-Identifier: GPL-3.0-or-later
// Where one person alone is not enough, or is the wrong one.

import assert from 'node:assert/strict';
import { mail, outside, people, reached, send, teachers, whoHas } from '../school.mjs';
import { button, main, phone, press, visit } from '../office.mjs';
import { open } from './deciding.mjs';

export const story = {
  async 'a colleague is asked, and answers'(office) {
    const letter = await send('both', teachers.latham, outside.clinic);
    await (await office.as(people.colleague)).context().close();
    const head = await office.as(people.head);
    await open(head, letter);
    await head.getByText('Ask a colleague').click();
    await head.getByLabel('Colleague’s address').fill(people.colleague.address);
    await head.getByLabel('What you want to know').fill('Does the clinic need the number?');
    await press(head, 'Ask');
    assert.match(await main(head), /Your colleague gets a mail/);
    await office.look(head, 'letter, a colleague is asked');

    const asked = await mail(people.colleague.address, letter.id, 'question');
    assert.ok(!/Hargreaves|McAllister|need the number/.test(asked.whole), 'the mail has nothing of letter and question');
    const colleague = await office.as(people.colleague, phone);
    await visit(colleague, asked.links[0]);
    await office.look(colleague, 'letter, to be explained');
    await colleague.getByLabel('Why you open it').fill('I was asked about it.');
    await press(colleague, 'Open the letter');
    assert.match(await main(colleague), /McAllister/);
    assert.match(await main(colleague), /A colleague has asked you\s+Does the clinic need the number\?/);
    assert.equal(await button(colleague, 'Release as it is').count(), 0);
    await office.look(colleague, 'letter, to be answered');
    await colleague.getByLabel('What you think').fill('Only the date of birth.');
    await press(colleague, 'Answer');

    await visit(head, `/letter/${letter.id}`);
    await head.getByText('What has happened so far').click();
    assert.match(await main(head), /A colleague answered · colleague, s\.pritchard[^]*Only the date of birth\./);
  },

  async 'a letter about a child’s safety takes two people'(office) {
    const letter = await send('safeguarding', teachers.carver, outside.clinic);
    const lead = await office.as(people.dsl);
    await visit(lead, `/letter/${letter.id}`);
    assert.match(await main(lead), /Two people open this letter together/);
    assert.equal(await button(lead, 'Open the letter').count(), 0);
    await office.look(lead, 'letter, two people');
    await lead.getByLabel('Why it should be opened').fill('A child may be at risk.');
    await press(lead, 'Ask to open it together');
    assert.match(await main(lead), /You have asked/);
    await office.look(lead, 'letter, asked to open together');
    assert.ok(!(await lead.content()).includes('stepdad'));

    const asked = await mail(people.head.address, letter.id, 'agree');
    const head = await office.as(people.head, phone);
    await visit(head, asked.links[0]);
    assert.match(await main(head), /j\.whitby@oakfield\.sch\.uk has asked to open it/);
    await head.getByLabel('Why it should be opened').fill('So that we act today.');
    await press(head, 'Agree to open it together');
    await press(head, 'Open the letter');
    assert.match(await main(head), /stepdad/);
    await office.look(head, 'letter, opened together');
    await head.getByLabel('Why it may go').evaluate((field) => field.removeAttribute('required'));
    assert.equal(await press(head, 'Release'), 422);
    assert.match(await main(head), /please write down why it may go/);
    await office.look(head, 'nothing was changed');
    await visit(head, `/letter/${letter.id}`);
    await head.getByLabel('Why it may go').fill('The clinic is treating him.');
    await press(head, 'Release');
    await reached(letter);

    await visit(lead, `/letter/${letter.id}`);
    await lead.getByLabel('Why you open it').fill('To see what was sent.');
    await press(lead, 'Open the letter');
    assert.match(await main(lead), /stepdad/);
  },

  async 'the head’s own letter is for the chair to see and to decide on'(office) {
    const letter = await send('number', people.head.address, outside.clinic);
    const asked = await mail('r.kearsley@oakfield.sch.uk', letter.id, 'needs your decision');
    const head = await office.as(people.head);
    await visit(head, '/waiting');
    assert.doesNotMatch(await main(head), new RegExp(letter.id));
    assert.equal(await visit(head, `/letter/${letter.id}`), 404);
    assert.equal(await visit(head, `/mine/${letter.id}`), 200);
    assert.equal(await button(head, 'Ask').count(), 1);
    const deputy = await office.as(people.deputy);
    assert.equal(await visit(deputy, `/letter/${letter.id}`), 404);

    const chair = await office.as(people.chair, phone);
    await visit(chair, asked.links[0]);
    await press(chair, 'Open the letter');
    assert.match(await main(chair), /McAllister/);
    assert.deepEqual(await whoHas(letter), []);
    await press(chair, 'Release');
    await reached(letter);
  },
};
