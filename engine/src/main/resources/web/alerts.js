// The newest alerts, as they come, and what is to be seen behind each of them.

import { h, openDrawer, outside, copy, copyAsCli, quoted } from './dom.js';
import { get } from './api.js';
import { clock, field, full, plural } from './format.js';
import { jsonView } from './json.js';

const SHOWN_MAX = 200;
const EVENTS_MAX = 20;
const DRAW_AFTER_MS = 150;
export const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'];

export const level = (hit) => {
  const word = String(field(hit.document, 'rule.level') ?? 'informational').toLowerCase();
  return LEVELS.includes(word) ? word : 'informational';
};

export const levelMark = (word) => h('span', { class: `level ${LEVELS.includes(word) ? word : ''}` }, word === 'informational' ? 'info' : word);

export class Alerts {
  #hits = new Map();
  #hidden = new Set();
  #fresh = new Set();
  #drawing = 0;
  #list = h('ol', { class: 'alerts' });
  #chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'Levels shown' });
  #total = h('span', { class: 'dim' });
  #status = null;
  #loaded = false;

  constructor() {
    this.element = h('section', { 'aria-labelledby': 'alerts-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'alerts-title' }, 'Newest alerts'), this.#total, this.#chips), this.#list);
  }

  /** What the index has; called again after a lost connection, because alerts came meanwhile. */
  async load() {
    const result = await get('alerts?limit=100');
    result.hits.forEach((hit) => this.#hits.set(hit.id, hit));
    this.#loaded = true;
    this.#draw();
  }

  add(hit) {
    if (this.#hits.has(hit.id)) return;
    this.#hits.set(hit.id, hit);
    this.#fresh.add(hit.id);
    // A storm of alerts is drawn a few times a second, not once for each.
    this.#drawing ||= setTimeout(() => this.#draw(), DRAW_AFTER_MS);
  }

  update(status) {
    this.#status = status;
    this.#total.textContent = status.alerts > 0 ? `${full(status.alerts)} since the start` : '';
    if (this.#loaded && this.#hits.size === 0) this.#draw();
  }

  #draw() {
    clearTimeout(this.#drawing);
    this.#drawing = 0;
    const fresh = this.#fresh;
    this.#fresh = new Set();
    const newest = [...this.#hits.values()].sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, SHOWN_MAX);
    this.#hits = new Map(newest.map((hit) => [hit.id, hit]));
    this.#drawChips(newest);
    if (newest.length === 0) {
      this.#list.replaceChildren(h('li', { class: 'empty' }, this.#emptyState()));
      return;
    }
    const focused = document.activeElement?.dataset?.id;
    this.#list.replaceChildren(...newest.filter((hit) => !this.#hidden.has(level(hit))).map((hit) => this.#row(hit, fresh.has(hit.id))));
    if (focused) this.#list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #drawChips(hits) {
    this.#chips.replaceChildren(...LEVELS.map((word) => {
      const count = hits.filter((hit) => level(hit) === word).length;
      return count === 0 ? '' : h('button', { type: 'button', class: `filter ${word}`, 'aria-pressed': String(!this.#hidden.has(word)),
        title: `Show or hide ${word}`, onclick: () => { this.#toggle(word); } }, word === 'informational' ? 'info' : word, ' ', h('b', {}, count));
    }).filter(Boolean));
  }

  #toggle(word) {
    if (!this.#hidden.delete(word)) this.#hidden.add(word);
    this.#draw();
  }

  #row(hit, fresh) {
    const rule = field(hit.document, 'rule') ?? {};
    return h('li', {}, h('button', { type: 'button', class: `alert ${level(hit)}${fresh ? ' fresh' : ''}`, 'data-id': hit.id, onclick: () => openAlert(hit) },
      h('time', { datetime: hit.time, title: hit.time }, clock(hit.time)), levelMark(level(hit)),
      h('span', { class: 'alert-text' }, h('b', {}, rule.title ?? 'Alert'),
        h('span', { class: 'alert-summary' }, field(hit.document, 'summary') ?? '')),
      h('span', { class: 'alert-rule mono', title: `rule ${rule.id ?? ''}` }, String(rule.id ?? '').slice(0, 8))));
  }

  #emptyState() {
    const listeners = this.#status?.listeners ?? [];
    const syslog = listeners.find((l) => /syslog|tcp/.test(l.protocol));
    const http = listeners.find((l) => l.name !== 'page' && /http/.test(l.protocol));
    const loaded = this.#status?.rulesLoaded ?? 0;
    const [host, port] = syslog ? [syslog.address.replace(/:\d+$/, ''), syslog.address.match(/\d+$/)[0]] : [];
    const commands = [
      ['See it work with made-up traffic and an intrusion', './tocsin demo'],
      syslog && ['Send one line by syslog', `logger -n ${host} -P ${port} -T "Failed password for root from 203.0.113.7"`],
      http && ['Send one event by HTTP', `curl http://${http.address}/ingest/${http.name} -d '{"message":"hello"}'`],
    ].filter(Boolean);
    return [h('h3', {}, 'No alert yet'),
      h('p', {}, loaded > 0 ? `${plural(loaded, 'rule')} ${loaded === 1 ? 'is' : 'are'} watching. What matches appears here within a second.`
        : 'No rule is loaded: put Sigma rules where the configuration names them, then look again.'),
      h('ul', { class: 'plain try' }, commands.map(([what, line]) => h('li', {}, h('span', {}, what),
        h('button', { type: 'button', class: 'command', title: 'Copy', onclick: () => copy(line) }, line))))];
  }
}

/** The alert in full, with the events that made it fire. */
export function openAlert(hit) {
  const alert = hit.document;
  const rule = field(alert, 'rule') ?? {};
  const ids = field(alert, 'events') ?? [];
  const events = h('div', { class: 'events' }, h('p', { class: 'dim' }, 'Fetching …'));
  const facts = [['time', `${clock(hit.time)}  (${hit.time})`], ['rule', rule.id], ['author', rule.author],
    ['customer', alert.customer], ['group', alert.group], ['engine', alert.engine], ['content', alert.content], ['site', alert.site]];
  openDrawer(
    h('p', { class: 'over' }, levelMark(level(hit)), ' alert ', h('span', { class: 'mono dim' }, hit.id)),
    h('h2', {}, rule.title ?? 'Alert'), h('p', { class: 'lead mono' }, alert.summary ?? ''),
    h('dl', { class: 'kv' }, facts.filter(([, value]) => value !== undefined && value !== '' && value !== null)
      .map(([word, value]) => [h('dt', {}, word), h('dd', {}, value)]),
    (rule.tags ?? []).length > 0 && [h('dt', {}, 'tags'), h('dd', {}, rule.tags.map((t) => h('span', { class: 'tag' }, t)))],
    (rule.references ?? []).length > 0 && [h('dt', {}, 'references'), h('dd', {}, h('ul', { class: 'plain' }, rule.references.map((r) => h('li', {}, outside(r)))))]),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'quiet', onclick: () => copy(JSON.stringify(alert, null, 2)) }, 'Copy JSON'),
      copyAsCli(() => `./tocsin search --kind alert ${quoted(`rule.id:"${rule.id ?? ''}"`)}`)),
    h('h3', {}, plural(ids.length, 'event'), ' behind it'), events,
    h('h3', {}, 'The alert'), jsonView(alert));
  showEvents(events, ids);
}

/** An alert can be a moment ahead of the index: what is not there yet is asked for again while somebody looks. */
function showEvents(box, ids) {
  const places = ids.slice(0, EVENTS_MAX).map(() => h('div', {}, h('p', { class: 'dim' }, 'Fetching …')));
  const more = ids.length > EVENTS_MAX ? [h('p', { class: 'dim' }, `and ${full(ids.length - EVENTS_MAX)} more`)] : [];
  box.replaceChildren(...places, ...more);
  places.forEach((place, i) => showEvent(place, ids[i], ids.length === 1));
}

async function showEvent(place, id, open) {
  for (let wait = 250; ; wait = Math.min(2 * wait, 4000)) {
    try {
      const hit = await get(`events/${encodeURIComponent(id)}`);
      place.replaceChildren(h('details', { class: 'event', open }, h('summary', {}, h('time', { title: hit.time }, clock(hit.time)), ' ',
        h('span', { class: 'mono' }, field(hit.document, 'host.name') ?? ''), h('pre', { class: 'original' }, original(hit.document))), jsonView(hit.document)));
      return;
    } catch (e) {
      place.replaceChildren(h('p', { class: 'dim' }, h('span', { class: 'mono' }, id), ` ${e.message}. ${e.hint} Asking again …`));
    }
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    if (!place.isConnected || !place.closest('dialog')?.open) return;
  }
}

/** What came, as text. */
export function original(document) {
  return field(document, 'event.original') ?? field(document, 'message') ?? JSON.stringify(document);
}
