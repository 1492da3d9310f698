// SPDX-License-Identifier: GPL-3.0-or-later
// What the runner knows and does for a story: it sends letters, reads mails, makes codes. See School in school.py.

const desk = process.env.EXEAT_DESK;

export const console_ = process.env.EXEAT_CONSOLE; // where the office's pages are

async function ask(name, question = {}) {
  const reply = await fetch(`${desk}/${name}`, { method: 'POST', body: JSON.stringify(question) });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(answer);
  return answer;
}

const at = (name) => `${name}@oakfield.sch.uk`;

export const people = {
  head: { address: at('h.ashworth'), name: 'Helen Ashworth' },
  deputy: { address: at('d.okafor'), name: 'David Okafor' },
  deputyTwo: { address: at('p.raman'), name: 'Priya Raman' },
  chair: { address: at('r.kearsley'), name: 'Robert Kearsley' },
  dpo: { address: at('d.thackray'), name: 'Denise Thackray' },
  dsl: { address: at('j.whitby'), name: 'Joan Whitby' },
  networkManager: { address: at('i.moss'), name: 'Ian Moss' },
  colleague: { address: at('s.pritchard'), name: 'Sioned Pritchard' },
};
export const teachers = { latham: at('a.latham'), carver: at('t.carver'), lloyd: at('g.lloyd'), binns: at('c.binns') };
export const outside = { clinic: 'reception@tamside-physio.example', coaches: 'bookings@tamside-coaches.example',
  tutors: 'office@tamside-tutors.example' };

// Each gives what the method of School.do_… with its name gives.
export const send = (kind, sender, ...to) => ask('send', { kind, sender, to });
export const sample = (name) => ask('sample', { name });
export const mail = (to, subject, words = '', after = 0) => ask('mail', { to, subject, words, after });
export const arrivals = () => ask('arrivals');
export const reached = (letter, to = letter.to) => ask('reached', { identity: letter.identity, to });
export const whoHas = (letter) => ask('at', { identity: letter.identity });
export const addAccount = (person) => ask('account', person);
export const codeOf = (secret) => ask('code', { secret });
export const keepSession = (person, cookies) => ask('keep', { person, cookies });
