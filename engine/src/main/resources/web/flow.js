// The way of an event through the node: sources, streams and stages as a row of cards that live.

import { h, openDrawer, toast, ask } from './dom.js';
import { get, post } from './api.js';
import { compact, full, bytes } from './format.js';
import { levelMark } from './alerts.js';
import { Spark } from './spark.js';

/** Stages with a place of their own; what collect takes in is what the sources card shows. */
const ON_THE_WAY = ['collect', 'process', 'detect'];

/** Cards are made once and only their text changes, so that focus and selection survive each second. */
class Card {
  constructor(kind, name, title, onclick) {
    this.rate = h('span', { class: 'rate' }, '–');
    this.facts = h('dl', { class: 'facts' });
    this.chip = h('span', { class: 'chip', hidden: true });
    this.spark = new Spark();
    this.element = h(onclick ? 'button' : 'div', { class: `card ${kind}`, title, onclick, type: onclick ? 'button' : null },
      h('span', { class: 'card-head' }, h('span', { class: 'card-name' }, name), this.chip),
      h('span', { class: 'card-rate' }, this.rate, h('span', { class: 'unit' }, '/s')),
      this.spark.element, this.facts);
  }

  show(perSecond, facts, state) {
    this.rate.textContent = compact(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond));
    this.spark.push(perSecond);
    this.facts.replaceChildren(...facts.map(([word, number, bad]) => h('div', {},
      h('dt', {}, word), h('dd', { title: full(number), class: bad ? 'bad' : null }, compact(number)))));
    const troubled = state && state !== 'running';
    this.chip.hidden = !troubled;
    this.chip.textContent = troubled ? state : '';
    this.element.dataset.state = state ?? 'running';
  }
}

export class Flow {
  #cards = new Map();
  #row = h('div', { class: 'flow' });
  #vitals = h('div', { class: 'vitals' });
  #rules = h('button', { type: 'button', class: 'vital', title: 'Which rules are loaded, and how often each fired', onclick: openRules }, 'rules ', h('b', {}));
  #shape = '';
  #status = null;

  constructor() {
    this.element = h('section', { 'aria-labelledby': 'flow-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'flow-title' }, 'Flow'), this.#vitals), this.#row);
  }

  update(status) {
    this.#status = status;
    const streams = new Map(status.streams.map((s) => [s.name, s]));
    const stages = new Map(status.stages.map((s) => [s.name, s]));
    const legs = status.stages.map((s) => s.name).filter((n) => !ON_THE_WAY.includes(n)).sort((a, b) => (b === 'index') - (a === 'index') || a.localeCompare(b));
    const shape = [...streams.keys(), '|', ...stages.keys()].join();
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#lay(streams, stages, legs);
    }
    const received = status.sources.reduce((n, s) => n + s.received, 0);
    const lost = status.sources.reduce((n, s) => n + s.lost, 0);
    this.#cards.get('sources').show(status.sources.reduce((n, s) => n + s.perSecond, 0),
      [['received', received], lost ? ['lost outside', lost, true] : ['listening', status.sources.length]],
      worstState(status.sources));
    for (const name of ['intake', 'events', 'alerts']) {
      const stream = streams.get(name);
      if (stream) this.#cards.get(`stream ${name}`).show(stream.recordsPerSecond, [['records', stream.records]]);
    }
    for (const stage of status.stages) {
      this.#cards.get(`stage ${stage.name}`)?.show(stage.inPerSecond, [['lag', stage.lag], ['done', stage.in]], stage.state);
    }
    this.#showVitals(status);
  }

  #card(kind, name, title, onclick) {
    const card = new Card(kind, name, title, onclick);
    this.#cards.set(kind === 'source' ? 'sources' : `${kind} ${name}`, card);
    return card.element;
  }

  #lay(streams, stages, legs) {
    this.#cards.clear();
    const stream = (name, title) => streams.has(name) && this.#card('stream', name, title);
    const stage = (name) => stages.has(name)
      && this.#card('stage', name, `${name}: all numbers, pause and resume`, () => this.#openStage(name));
    const columns = [
      this.#card('source', 'sources', 'What brings events in', () => this.#openSources()),
      stream('intake', 'The log as it came in; records and rate count its transaction marks too'), stage('process'), stream('events', 'The log of normalised events; records and rate count its transaction marks too'),
      stage('detect'), stream('alerts', 'The log of alerts; records and rate count its transaction marks too'),
      legs.length > 0 && h('div', { class: 'legs' }, legs.map(stage)),
    ].filter(Boolean);
    this.#row.replaceChildren(...columns.flatMap((c, i) => (i === 0 ? [c] : [h('span', { class: 'arrow', 'aria-hidden': 'true' }), c])));
  }

  #showVitals(status) {
    const share = status.diskMaxBytes > 0 ? status.diskUsedBytes / status.diskMaxBytes : 0;
    const vital = (word, value, bad) => h('span', { class: bad ? 'vital bad' : 'vital' }, h('span', {}, word), ' ', h('b', {}, value));
    this.#rules.lastChild.textContent = full(status.rulesLoaded);
    this.#vitals.replaceChildren(
      this.#rules,
      status.rulesRefused ? vital('refused', full(status.rulesRefused), true) : '',
      vital('disk', `${bytes(status.diskUsedBytes)} of ${bytes(status.diskMaxBytes)}`, share > 0.85),
      vital('memory', bytes(status.memoryResidentBytes)));
  }

  #openSources() {
    const rows = this.#status.sources.map((s) => h('tr', {},
      h('td', {}, h('b', {}, s.name), h('div', { class: 'dim mono' }, `${s.type}  ${s.address}`), s.error && h('div', { class: 'bad' }, s.error)),
      h('td', {}, stateMark(s.state)), num(s.perSecond.toFixed(1)), num(full(s.received)), num(full(s.durable)), num(full(s.dead)), num(full(s.lost))));
    openDrawer(h('h2', {}, 'Sources'), h('p', { class: 'dim' }, 'What brings events in. Acknowledged is only what the log has made durable.'),
      h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, 'source'), h('th', {}, 'state'),
        ['per second', 'received', 'durable', 'dead', 'lost'].map((t) => h('th', { class: 'num' }, t)))), h('tbody', {}, rows))),
      h('h3', {}, 'Open ports'), h('ul', { class: 'plain mono' },
        this.#status.listeners.map((l) => h('li', {}, `${l.address}  ${l.name} (${l.protocol})`))));
  }

  #openStage(name) {
    const stage = this.#status.stages.find((s) => s.name === name);
    const paused = stage.state === 'paused';
    const dropped = Object.entries(stage.dropped);
    const facts = [['in', stage.in], ['made', stage.made], ['out', stage.out], ...dropped.map(([why, n]) => [`dropped: ${why}`, n]),
      ['dead', stage.dead], ['held', stage.held], ['lag', stage.lag]];
    const close = openDrawer(h('h2', {}, `Stage ${name}`), h('p', {}, stateMark(stage.state), stage.error && ` ${stage.error}`),
      h('dl', { class: 'kv' }, facts.map(([word, n]) => [h('dt', {}, word), h('dd', { class: 'mono' }, full(n))])),
      h('p', { class: 'dim' }, 'Counted since this process started. The ledger has the numbers since ever.'),
      h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => act(paused ? 'resume' : 'pause') }, paused ? 'Resume' : 'Pause …')));
    async function act(action) {
      if (action === 'pause' && !await ask(`Pause ${name}?`, 'Its input waits in the log until you resume it. Nothing is lost.', 'Pause')) return;
      try {
        await post(`stages/${encodeURIComponent(name)}/${action}`);
        toast(`${name}: ${action}d`);
        close();
      } catch (e) {
        toast(e.message);
      }
    }
  }
}

async function openRules() {
  const rules = await get('rules').catch(() => []);
  rules.sort((a, b) => b.hits - a.hits || a.title.localeCompare(b.title));
  openDrawer(h('h2', {}, 'Rules'), h('p', { class: 'dim' }, 'Hits are counted since this process started; what fired most stands first.'),
    h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, 'rule'), h('th', {}, 'level'), h('th', { class: 'num' }, 'hits'))),
      h('tbody', {}, rules.map((r) => h('tr', {}, h('td', {}, h('b', {}, r.title), h('div', { class: 'dim mono' }, r.file)), h('td', {}, levelMark(r.level)),
        h('td', { class: r.hits === 0 ? 'num zero' : 'num' }, full(r.hits))))))));
}

const num = (text) => h('td', { class: 'num' }, text);
const stateMark = (state) => h('span', { class: 'state', 'data-state': state }, state);

function worstState(sources) {
  for (const state of ['failing', 'waiting', 'stopped']) {
    if (sources.some((s) => s.state === state)) return state;
  }
  return 'running';
}

