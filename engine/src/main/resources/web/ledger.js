// The ledger: for each stage that nothing was lost, and for each link that what was written was read.

import { h, copyAsCli } from './dom.js';
import { get } from './api.js';
import { full } from './format.js';

const VERDICTS = {
  balanced: ['good', 'Balanced', 'Every event that came in is accounted for.'],
  'in flight': ['good', 'Balanced, some on their way', 'Whatever is not accounted for yet is still being read.'],
  unbalanced: ['bad', 'Unbalanced', 'Something is missing or doubled. What differs is named below.'],
  inconclusive: ['unsure', 'Nothing counted yet', 'Send some events, then look again.'],
};

export class Ledger {
  #body = h('div', {});

  constructor() {
    this.element = h('section', { 'aria-labelledby': 'ledger-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'ledger-title' }, 'Ledger'), h('span', { class: 'spacer' }),
        h('button', { type: 'button', class: 'quiet', onclick: () => this.shown() }, 'Look again'), copyAsCli(() => './tocsin audit')),
      h('p', { class: 'dim' }, 'Each stage counts, in the same transaction as its work, what came in and what became of it, together with a fingerprint of the ids. ',
        h('span', { class: 'mono' }, 'in + made = out + dropped + dead + held'), '.'), this.#body);
  }

  update() {}

  async shown() {
    try {
      this.#draw(await get('audit'));
    } catch (e) {
      this.#body.replaceChildren(h('div', { class: 'problem', role: 'alert' }, h('b', {}, e.message), h('p', {}, e.hint)));
    }
  }

  #draw(report) {
    const [mood, title, text] = VERDICTS[report.verdict] ?? ['unsure', report.verdict, ''];
    this.#body.replaceChildren(
      h('div', { class: `verdict ${mood}` }, mark(mood === 'good'), h('div', {}, h('b', {}, title), h('p', {}, text),
        report.problems.length > 0 && h('ul', {}, report.problems.map((p) => h('li', {}, p))))),
      ...(report.rows.length === 0 ? [] : [h('h3', {}, 'Stages'), rowsTable(report.rows)]),
      ...(report.links.length === 0 ? [] : [h('h3', {}, 'Links between them'), linksTable(report.links)]));
  }
}

const mark = (good) => h('span', { class: good ? 'mark good' : 'mark bad', role: 'img', 'aria-label': good ? 'balanced' : 'not balanced' }, good ? '✓' : '✗');
const sign = (text) => h('td', { class: 'sign', 'aria-hidden': 'true' }, text);
const num = (n) => h('td', { class: n === 0 ? 'num zero' : 'num' }, full(n));

function rowsTable(rows) {
  const head = ['in', '+', 'made', '=', 'out', '+', 'dropped', '+', 'dead', '+', 'held'];
  return h('div', { class: 'scroll' }, h('table', { class: 'ledger' },
    h('thead', {}, h('tr', {}, h('th', {}, 'stage'), h('th', {}, 'customer'),
      head.map((word) => h('th', { class: word.length === 1 ? 'sign' : 'num' }, word.length === 1 ? '' : word)), h('th', {}, ''))),
    h('tbody', {}, rows.map((r) => {
      const reasons = Object.entries(r.dropped);
      const dropped = reasons.reduce((n, [, count]) => n + count, 0);
      return h('tr', {}, h('td', {}, h('b', {}, r.stage)), h('td', {}, r.customer), num(r.in), sign('+'), num(r.made), sign('='), num(r.out), sign('+'),
        h('td', { class: dropped === 0 ? 'num zero' : 'num', title: reasons.map(([why, n]) => `${why}: ${full(n)}`).join('\n') }, full(dropped),
          reasons.map(([why, n]) => h('small', {}, reasons.length > 1 ? `${why} ${full(n)}` : why))),
        sign('+'), num(r.dead), sign('+'), num(r.held), h('td', { class: 'end' }, mark(r.balanced)));
    }))));
}

function linksTable(links) {
  return h('div', { class: 'scroll' }, h('table', { class: 'ledger' },
    h('thead', {}, h('tr', {}, h('th', {}, 'stream'), h('th', {}, 'read by'), h('th', {}, 'customer'),
      ['written', 'read', 'in flight'].map((word) => h('th', { class: 'num' }, word)), h('th', {}, ''))),
    h('tbody', {}, links.map((l) => h('tr', {}, h('td', {}, h('b', {}, l.stream)), h('td', {}, `→ ${l.reader}`), h('td', {}, l.customer), num(l.written), num(l.read),
      num(l.inFlight), h('td', { class: 'end' }, l.inFlight > 0
        ? h('span', { class: 'mark wait', title: 'still being read' }, '…') : mark(l.equal)))))));
}
