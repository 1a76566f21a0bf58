// Whether two engines raise the same alerts, and the replays of this node.

import { h, copyAsCli } from './dom.js';
import { get } from './api.js';
import { clock, duration, full, plural } from './format.js';

/** With every fifth status. */
const EVERY = 5;
const VERDICTS = { pass: ['', '✓', 'The engines agree'], fail: ['bad', '✗', 'The engines differ'], inconclusive: ['unsure', '', 'Nothing to tell it by'] };

export class Parity {
  #body = h('div', {});
  #replays = h('div', {});
  #drawn = '';
  #turn = 0;

  constructor() {
    this.element = h('section', { 'aria-labelledby': 'parity-title', class: 'cluster parity' },
      h('div', { class: 'section-head' }, h('h2', { id: 'parity-title' }, 'Parity'), h('span', { class: 'spacer' }),
        copyAsCli(() => './tocsin parity --engines blue,green')),
      h('p', { class: 'dim' }, 'What two engines raised in the same time, published or withheld: which alerts one has and the other has not, and which fields differ.'),
      this.#body, h('h3', {}, 'Replays of this node'), this.#replays);
  }

  update() {
    if (!this.element.isConnected || ++this.#turn % EVERY !== 0) return;
    this.#refresh().catch(() => {});
  }

  async shown() {
    try {
      await this.#refresh();
    } catch (e) {
      this.#body.replaceChildren(h('div', { class: 'problem', role: 'alert' }, h('b', {}, e.message), h('p', {}, e.hint)));
    }
  }

  async #refresh() {
    const [watch, replays] = await Promise.all([get('parity/last'), get('replays')]);
    const now = JSON.stringify([watch, replays]);
    if (now === this.#drawn) return;
    this.#drawn = now;
    this.#body.replaceChildren(...watched(watch));
    this.#replays.replaceChildren(replays.length === 0
      ? empty('No replays', 'Run the engine over the past with ', h('code', {}, './tocsin replay --from -1h'), '.') : replaysTable(replays));
  }
}

function watched(watch) {
  if (watch.engines === '') {
    return [empty('No engines are compared all the time', 'Name two in ', h('code', {}, 'rollout.parity.engines'), ', or compare them now with ',
      h('code', {}, './tocsin parity --engines blue,green'), '.')];
  }
  const parts = [watch.last ? verdict(watch.last) : empty('Not compared yet', `${watch.engines}: the first minutes are compared soon.`)];
  if (watch.trouble) parts.push(h('p', { class: 'dim' }, `Waits: ${watch.trouble}`));
  const { lastFailed } = watch;
  if (lastFailed && lastFailed.asked !== watch.last?.asked) parts.push(h('h3', {}, `Last difference, ${clock(lastFailed.asked)}`), verdict(lastFailed));
  if (lastFailed) parts.push(groupsTable(lastFailed));
  return parts;
}

function verdict(r) {
  const [mood, sign, title] = VERDICTS[r.verdict] ?? ['unsure', '', r.verdict];
  return h('div', { class: `verdict ${mood}` }, h('span', { class: mood === 'bad' ? 'mark bad' : 'mark good', 'aria-hidden': 'true' }, sign),
    h('div', {}, h('b', {}, `${title}: ${r.first}, ${r.second}`),
      h('p', {}, `${r.reason}. ${full(r.firstAlerts)} and ${full(r.secondAlerts)} alerts from ${clock(r.from)} to ${clock(r.to)}: `,
        `${full(r.missing)} missing, ${full(r.extra)} extra, ${full(r.different)} different`),
      r.notes.length > 0 && h('ul', {}, r.notes.map((n) => h('li', {}, n)))));
}

function groupsTable(r) {
  return h('div', {}, table([['rule'], ['customer'], ['missing', 'num'], ['extra', 'num'], ['different', 'num'], ['fields'], ['alerts']],
    r.groups.map((g) => [h('td', { class: 'words' }, h('b', {}, g.title || g.rule), h('small', { class: 'said-by' }, g.rule)), h('td', {}, g.customer),
      num(g.missing), num(g.extra), num(g.different), h('td', {}, Object.keys(g.fields).sort().join(', ')),
      h('td', { class: 'words' }, g.examples.map((e) => h('small', { class: 'said-by mono', title: e.time }, `${e.kind} ${e.id}`)))])),
  r.moreGroups > 0 && h('p', { class: 'dim' }, `${plural(r.moreGroups, 'more rule and customer', 'more rules and customers')}`));
}

function replaysTable(replays) {
  return table([['replay'], ['state'], ['from'], ['to'], ['events', 'num'], ['events/s', 'num'], ['p50', 'num'], ['p99', 'num'], ['alerts', 'num']],
    replays.map((r) => [h('td', { class: 'node-name' }, h('b', {}, r.run), h('small', {}, r.engine)),
      h('td', {}, h('span', { class: 'state', 'data-state': r.state }, r.state),
        r.state === 'running' && h('small', { class: 'said-by' }, `${Math.floor(100 * r.read / Math.max(1, r.records))} %${r.secondsLeft > 0 ? `, ${duration(r.secondsLeft)} left` : ''}`)),
      h('td', {}, clock(r.from)), h('td', {}, clock(r.to)), num(r.events), num(Math.round(r.eventsPerSecond)), micros(r.evaluationP50Micros),
      micros(r.evaluationP99Micros), num(r.alerts)]));
}

const empty = (title, ...text) => h('div', { class: 'empty' }, h('h3', {}, title), h('p', {}, text));
const num = (n) => h('td', { class: n === 0 ? 'num zero' : 'num' }, full(n));
const micros = (n) => h('td', { class: 'num' }, `${n < 100 ? Math.round(n * 10) / 10 : full(Math.round(n))} µs`);

function table(head, rows) {
  return h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, head.map(([word, kind]) => h('th', { class: kind ?? null }, word)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells)))));
}
