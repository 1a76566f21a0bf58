// Search over events and alerts in Lucene's syntax.

import { h, copyAsCli, quoted } from './dom.js';
import { get } from './api.js';
import { clock, field, full, plural } from './format.js';
import { jsonView } from './json.js';
import { level, levelMark, openAlert, original } from './alerts.js';

const RANGES = [['15m', 'last 15 minutes'], ['1h', 'last hour'], ['24h', 'last 24 hours'], ['7d', 'last 7 days'], ['', 'any time'], ['own', 'between …']];
const KINDS = [['any', 'events and alerts'], ['event', 'events'], ['alert', 'alerts']];
const EXAMPLES = [
  ['message:powershell*', 'any', 'A word that begins with powershell'],
  ['user.name:root AND NOT source.ip:10.*', 'event', 'Root, but not from inside'],
  ['"Failed password"', 'any', 'A phrase'],
  ['rule.level:(high OR critical)', 'alert', 'Alerts that should not wait'],
  ['process.command_line:*\\-enc*', 'event', 'Part of a command line'],
];
const LIMIT = 100;

export class Search {
  #query = h('input', { id: 'query', type: 'search', class: 'query mono', placeholder: 'host.name:web-03 AND "Failed password"', spellcheck: 'false',
    autocomplete: 'off', autocapitalize: 'off', 'aria-label': 'Query in Lucene syntax' });
  #range = select('Time', RANGES, '24h');
  #kind = select('Kind', KINDS, 'any');
  #from = h('input', { type: 'datetime-local', step: '1', 'aria-label': 'From' });
  #to = h('input', { type: 'datetime-local', step: '1', 'aria-label': 'To' });
  #own = h('span', { class: 'own', hidden: true }, this.#from, ' to ', this.#to);
  #results = h('div', { class: 'results' });
  #asked = 0;

  constructor() {
    const form = h('form', { class: 'search', onsubmit: (e) => { e.preventDefault(); this.run(); } },
      h('div', { class: 'search-line' }, this.#query, h('button', { class: 'primary' }, 'Search')),
      h('div', { class: 'search-options' }, this.#kind, this.#range, this.#own, h('span', { class: 'spacer' }), copyAsCli(() => this.#command())));
    this.#range.onchange = () => { this.#own.hidden = this.#range.value !== 'own'; if (this.#own.hidden) this.run(); };
    this.#kind.onchange = () => this.run();
    this.element = h('section', { 'aria-label': 'Search' }, form, this.#results);
    this.#showExamples();
  }

  shown() {
    this.#query.focus();
  }

  update() {}

  #parameters() {
    const own = this.#range.value === 'own';
    const iso = (input) => (input.value ? new Date(input.value).toISOString() : '');
    return { q: this.#query.value.trim() || '*', kind: this.#kind.value, from: own ? iso(this.#from) : this.#range.value, to: own ? iso(this.#to) : '' };
  }

  #command() {
    const p = this.#parameters();
    return ['./tocsin search', quoted(p.q), p.kind === 'any' ? '' : `--kind ${p.kind}`, p.from && `--from ${p.from}`, p.to && `--to ${p.to}`,
      `--limit ${LIMIT}`].filter(Boolean).join(' ');
  }

  async run() {
    const mine = ++this.#asked;
    const parameters = this.#parameters();
    this.#results.setAttribute('aria-busy', 'true');
    let children;
    try {
      const result = await get(`search?${new URLSearchParams({ ...parameters, limit: LIMIT })}`);
      children = this.#answer(result);
    } catch (e) {
      children = [problem(e, parameters.q)];
    }
    // An answer that was overtaken by a later question is not shown.
    if (mine !== this.#asked) return;
    this.#results.removeAttribute('aria-busy');
    this.#results.replaceChildren(...children);
  }

  #answer(result) {
    if (result.total === 0) {
      return [h('div', { class: 'empty' }, h('h3', {}, 'Nothing found'),
        h('p', {}, this.#range.value === '' ? 'No document matches. Field names are ECS names, such as user.name or source.ip; letters count as written.'
          : 'No document in this time matches. Widen the time, or check the field names: they are ECS names, such as user.name or source.ip.'))];
    }
    const some = result.total > result.hits.length ? `, the newest ${full(result.hits.length)} shown` : '';
    return [h('p', { class: 'dim count' }, `${plural(result.total, 'document')}${some}, in ${full(result.tookMillis)} ms`),
      h('div', { class: 'hits' }, result.hits.map(row))];
  }

  #showExamples() {
    this.#results.replaceChildren(h('div', { class: 'empty' }, h('h3', {}, 'Ask the index'),
      h('p', {}, 'Field names are ECS names. An empty question finds everything; press Enter to see the newest.'),
      h('ul', { class: 'plain try' }, EXAMPLES.map(([query, kind, what]) => h('li', {}, h('span', {}, what),
        h('button', { type: 'button', class: 'command', title: 'Try it', onclick: () => { this.#query.value = query; this.#kind.value = kind; this.run(); } }, query))))));
  }
}

function select(label, options, chosen) {
  return h('select', { 'aria-label': label }, options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
}

function row(hit) {
  const alert = hit.kind === 'alert';
  const document = hit.document;
  const who = [field(document, 'host.name'), field(document, 'user.name')].filter((v) => typeof v === 'string').join(' · ');
  const text = alert ? [h('b', {}, field(document, 'rule.title') ?? 'Alert'), document.summary ?? ''] : field(document, 'message') ?? original(document);
  const details = h('details', { class: 'hit' }, h('summary', {}, h('time', { title: hit.time }, clock(hit.time)),
    alert ? levelMark(level(hit)) : h('span', { class: 'kind' }, 'event'), h('span', { class: 'hit-text' }, text), h('span', { class: 'hit-who mono' }, who)));
  // Most documents are never opened; theirs are not drawn.
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) {
      details.append(h('div', { class: 'hit-body' }, h('p', { class: 'dim mono' }, `${hit.id}  ${hit.index}`),
        alert && h('p', {}, h('button', { type: 'button', onclick: () => openAlert(hit) }, 'Open the alert with its events')), jsonView(document)));
    }
  });
  return details;
}

/** The error in the server's words, and a caret below the place when the words name a column. */
function problem(e, query) {
  const column = /(?:column|character|position)\s+(\d+)/i.exec(e.message);
  return h('div', { class: 'problem', role: 'alert' }, h('b', {}, e.message),
    column && h('pre', { class: 'caret' }, query, '\n', ' '.repeat(Math.max(0, Math.min(query.length, column[1] - 1))) + '^'),
    e.hint && h('p', {}, e.hint));
}
