// SPDX-License-Identifier: GPL-3.0-or-later
// Finding letters: pages, reasons and searches are in the address, so that a bookmark, a reload and the way back keep them.

import assert from 'node:assert/strict';
import { outside, people, sample, send, teachers } from '../school.mjs';
import { button, desktop, follow, heading, link, main, phone, press, visit } from '../office.mjs';

const PAGE = 25;

const ids = (page) => page.locator('.letters .number').allInnerTexts();
const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);

export const story = {
  async 'a long list has pages, and a search and a reason keep them'(office) {
    for (let i = 0; i < PAGE + 2; i++) await send('number', teachers.lloyd, outside.tutors);
    await send('subject', teachers.binns, outside.coaches);
    const page = await office.as(people.head, desktop);
    await visit(page, '/waiting');
    const first = await ids(page);
    assert.equal(first.length, PAGE);
    await office.look(page, 'waiting, many');
    await follow(page, 'Next');
    assert.deepEqual(query(page), { page: '2' });
    const second = await ids(page);
    assert.equal(second.filter((id) => first.includes(id)).length, 0);
    await page.reload();
    assert.deepEqual(await ids(page), second);

    await page.getByLabel('Find by sender, recipient or reference').fill(teachers.lloyd);
    await press(page, 'Find');
    assert.deepEqual(query(page), { q: teachers.lloyd });
    assert.equal((await ids(page)).length, PAGE);
    await follow(page, 'Next');
    assert.deepEqual(query(page), { q: teachers.lloyd, page: '2' });
    assert.ok((await page.locator('.letters h2').allInnerTexts()).every((one) => one === teachers.lloyd));
    await page.goBack();
    assert.deepEqual(query(page), { q: teachers.lloyd });
    assert.equal(await page.getByLabel('Find by sender, recipient or reference').inputValue(), teachers.lloyd);
    await office.look(page, 'waiting, found');
  },

  async 'a reason narrows the list, and a search stays within it'(office) {
    const own = await send('subject', teachers.latham, outside.coaches);
    await send('number', teachers.latham, outside.coaches);
    const page = await office.as(people.head, phone);
    await visit(page, '/waiting');
    const reason = page.locator('.counts a[href*="names-in-subject"]');
    await Promise.all([page.waitForURL(/reason=names-in-subject/), reason.click()]);
    assert.equal(await page.locator('.counts a[aria-current]').innerText(), await reason.innerText());
    const found = await ids(page);
    assert.ok(found.includes(own.id));
    assert.equal(String(found.length), (await reason.innerText()).match(/\d+$/)[0]);
    await page.getByLabel('Find by sender, recipient or reference').fill(own.id);
    await press(page, 'Find');
    assert.deepEqual(query(page), { reason: 'names-in-subject', q: own.id });
    assert.deepEqual(await ids(page), [own.id]);
    await page.getByLabel('Find by sender, recipient or reference').fill('nobody.at.all');
    await press(page, 'Find');
    assert.match(await main(page), /No letters match/);
    await office.look(page, 'waiting, none found');
  },

  async 'a copy of what went out flagged is there to be read'(office) {
    const letter = await sample('damaged-pdf');
    assert.equal(letter.action, 'flag');
    const page = await office.as(people.deputy);
    await visit(page, '/flagged');
    assert.deepEqual(await ids(page), [letter.id]);
    await visit(page, `/letter/${letter.id}`);
    await office.look(page, 'flagged letter, closed');
    await press(page, 'Open the letter');
    assert.equal(await page.locator('.letter').count(), 1);
    assert.equal(await button(page, 'Release').count(), 0);
    await office.look(page, 'flagged letter, open');
  },

  async 'what was decided, what went out flagged, and the trail'(office) {
    const page = await office.as(people.head);
    await visit(page, '/waiting');
    for (const [tab, title] of [['Decided', 'decided'], ['Sent and flagged', 'flagged'], ['Audit trail', 'audit'], ['Health', 'health'],
      ['My own letters', 'mine, of the head']]) {
      await follow(page, tab);
      assert.equal(await page.locator('nav.main [aria-current=page]').innerText(), tab);
      assert.equal(await heading(page), tab);
      await office.look(page, title);
    }
    await visit(page, '/audit?event=release-decided');
    assert.match(await main(page), /Released[^]*headteacher, h\.ashworth@oakfield\.sch\.uk/);
    await visit(page, '/audit?event=withdrawn');
    assert.match(await main(page), /Withdrawn by its sender/);
    assert.ok(await link(page, 'Decided').count());
    await office.look(page, 'audit, narrowed');
  },
};
