// The cluster: its nodes and how they are, the links to others, stores, and the log lines of all nodes.

import { h, copyAsCli } from './dom.js';
import { get } from './api.js';
import { bytes, clock, compact, duration, full, plural } from './format.js';
import { Spark } from './spark.js';

const LINES = 200;
/** Links are asked for with every status, the rest with every fifth. */
const REST_EVERY = 5;

export class Cluster {
  #health = h('div', {});
  #nodes = h('div', {});
  #links = h('div', {});
  #stores = h('div', {});
  #log = h('div', {});
  #rates = new Map();
  #drawn = new Map();
  #turn = 0;

  constructor() {
    this.element = h('section', { 'aria-labelledby': 'cluster-title', class: 'cluster' },
      h('div', { class: 'section-head' }, h('h2', { id: 'cluster-title' }, 'Cluster'), h('span', { class: 'spacer' }),
        copyAsCli(() => './tocsin tap topic tocsin/cluster/')),
      this.#health, this.#nodes, h('h3', {}, 'Links of this node'), this.#links, h('h3', {}, 'Stores'), this.#stores, this.#log);
  }

  update() {
    if (!this.element.isConnected) return;
    this.#turn++;
    this.#refresh(this.#turn % REST_EVERY === 0).catch(() => {});
  }

  async shown() {
    try {
      await this.#refresh(true);
    } catch (e) {
      this.#health.replaceChildren(h('div', { class: 'problem', role: 'alert' }, h('b', {}, e.message), h('p', {}, e.hint)));
    }
  }

  async #refresh(all) {
    this.#showLinks(await get('peers'));
    if (!all) return;
    const [cluster, health, stores, log] = await Promise.all(['cluster', 'cluster/health', 'stores', `cluster/log?limit=${LINES}`].map(get));
    this.#draw(this.#health, [health.level, health.status, cluster.manager?.node], () => verdict(cluster, health));
    this.#draw(this.#nodes, [cluster, health.nodes.map((n) => [n.name, n.level, n.status, n.troubles])], () => nodesTable(cluster, health));
    this.#draw(this.#stores, stores, () => storesTable(stores));
    this.#draw(this.#log, [log, cluster.node], () => logLines(cluster, log));
    this.#nodes.hidden = this.#log.hidden = cluster.node === '';
  }

  /** What has not changed stays, with what is selected in it and how far it is scrolled. */
  #draw(place, what, build) {
    const now = JSON.stringify(what);
    if (this.#drawn.get(place) === now) return;
    this.#drawn.set(place, now);
    const top = place.querySelector('.lines')?.scrollTop ?? 0;
    place.replaceChildren(build());
    place.querySelector('.lines')?.scrollTo(0, top);
  }

  #showLinks(peers) {
    peers.forEach((p) => this.#rate(p).push(p));
    if (peers.length === 0) {
      this.#draw(this.#links, [], () => empty('No links', 'This node is linked to no other. Name some in ',
        h('code', {}, 'fabric.peers'), ', or all of them in a ', h('code', {}, 'fabric.layout'), ' that is the same on every node.'));
      return;
    }
    peers.sort((a, b) => a.name.localeCompare(b.name));
    this.#draw(this.#links, peers, () => table(
      [['node'], ['state'], ['sent'], ['received'], ['waiting', 'num'], ['unacknowledged', 'num'], ['spilled', 'num'], ['dropped', 'num']],
      peers.map((p) => {
        const rate = this.#rate(p);
        return [h('td', { class: 'node-name', title: `endpoint ${p.endpoint}\nwants ${p.wants.join(', ')}` }, h('b', {}, p.name), refused(p.refused)), h('td', {}, state(p.state.toLowerCase())),
          rate.sent.element, rate.received.element,
          num(p.queue.waiting, p.queue.waiting > 0 ? `${bytes(p.queue.memoryBytes)} in memory, ${bytes(p.queue.diskBytes)} on disk` : ''),
          num(p.unacknowledged), num(p.queue.spilled), num(p.queue.dropped)];
      })));
  }

  #rate(peer) {
    if (!this.#rates.has(peer.name)) this.#rates.set(peer.name, new Rates());
    return this.#rates.get(peer.name);
  }
}

/** How fast a number grows, as a number and a line. The cell is made once. */
class Rate {
  #value = h('span', {}, '–');
  #spark = new Spark();
  #before = null;
  element = h('td', { class: 'rate-cell' }, this.#value, this.#spark.element);

  push(count, at) {
    const before = this.#before;
    this.#before = { count, at };
    if (before === null || at <= before.at) return;
    // A node that was started again counts from 0.
    const perSecond = Math.max(0, count - before.count) * 1000 / (at - before.at);
    this.#value.textContent = `${compact(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond))}/s`;
    this.#spark.push(perSecond);
  }
}

class Rates {
  sent = new Rate();
  received = new Rate();

  push(peer) {
    const now = Date.now();
    this.sent.push(peer.queue.added, now);
    this.received.push(peer.received, now);
  }
}

function verdict(cluster, health) {
  if (cluster.node === '') {
    return empty('This node is in no cluster', 'A layout says which nodes there are and what each is for: name the file as ',
      h('code', {}, 'fabric.layout'), ' on each of them. Then this shows how every node is, and what any of them warns of. Links and stores work without one.');
  }
  const { manager } = cluster;
  return h('div', { class: `verdict ${MOODS[health.level] ?? 'unsure'}` },
    dot(health.level), h('div', {}, h('b', {}, health.level === 'green' ? 'All nodes are well' : `The cluster is ${health.level}`),
      health.level !== 'green' && h('p', {}, health.status),
      h('p', {}, manager ? `${manager.node} has the manager's duty, by ${manager.by}, since ${clock(manager.since)}: it gathers how all nodes are.`
        : 'Nobody is known to have the manager\'s duty; it is taken within seconds when the nodes see each other.')));
}

function nodesTable(cluster, health) {
  const said = new Map(health.nodes.map((n) => [n.name, n]));
  return h('div', {}, h('h3', {}, 'Nodes'), table([['node'], ['type'], ['state'], ['address'], ['how it is']], cluster.nodes.map((n) => {
    const how = said.get(n.name);
    return [h('td', { class: 'node-name', title: n.endpoint ? `endpoint ${n.endpoint}` : '' }, h('b', {}, n.name), n.name === cluster.node && h('span', { class: 'dim' }, ' (this node)'),
      cluster.manager?.node === n.name && h('span', { class: 'duty', title: 'gathers how all nodes are' }, 'manager\'s duty')),
    h('td', {}, n.type), h('td', {}, state(n.alive ? 'alive' : 'away')),
    h('td', { class: 'mono' }, n.address ?? h('span', { class: 'dim', title: 'it connects to others' }, 'connects')),
    h('td', { class: 'words' }, how ? [dot(how.level), ' ', how.status,
      how.troubles.map((t) => h('small', { class: 'said-by' }, `${t.channel}/${t.name}: ${t.message}`))] : h('span', { class: 'dim' }, 'not known'))];
  })));
}

function storesTable(stores) {
  if (stores.length === 0) {
    return empty('No stores', 'Tables that nodes share, for lookups and counters, are named in ', h('code', {}, 'fabric.stores'), '.');
  }
  return table([['store'], ['this node is'], ['master'], ['entries', 'num'], ['size', 'num'], ['revision', 'num'], ['age', 'num']], stores.map((s) => {
    const known = s.state !== 'client';
    return [h('td', { class: 'node-name' }, h('b', {}, s.name), h('small', {}, s.backend), s.problem && h('span', { class: 'bad said-of' }, s.problem)),
      h('td', {}, state(s.state)), h('td', {}, s.master || (known ? h('span', { class: 'dim' }, 'none yet') : '')),
      known ? num(s.entries) : num(null), known ? h('td', { class: 'num', title: full(s.bytes) }, bytes(s.bytes)) : num(null), known ? num(s.revision) : num(null),
      h('td', { class: s.problem ? 'num bad' : 'num' }, !known ? '' : s.ageMillis < 0 ? 'unknown' : age(s.ageMillis))];
  }));
}

function logLines(cluster, log) {
  const title = h('h3', {}, 'Log of all nodes');
  const kept = log.keepers.length > 0 && !log.keepers.includes(cluster.node)
    && h('p', { class: 'dim' }, `The lines of all nodes are kept at ${log.keepers.join(', ')}; here are those of this node.`);
  if (log.lines.length === 0) return h('div', {}, title, kept, empty('Quiet', 'No node has warned of anything since this one was started.'));
  return h('div', {}, title, kept, h('div', { class: 'lines', role: 'log' }, log.lines.map((l) => h('div', { class: 'line' },
    h('time', { title: l.time }, clock(l.time)), h('span', { class: `level ${LEVELS[l.level] ?? 'info'}` }, l.level.toLowerCase()),
    h('span', { class: 'from', title: l.logger }, l.node), h('span', { class: 'words' }, `${l.logger}: ${l.message}`)))),
  h('p', { class: 'dim count' }, plural(log.lines.length, 'line'), log.lines.length === LINES ? ', the newest' : ''));
}

/** What one side has no right to at the other; see fabric.rights. */
function refused({ messages, topics, prefixes, there }) {
  const words = [messages > 0 && `${plural(messages, 'message')} on ${topics.join(', ')}`, prefixes.length > 0 && `subscribing to ${prefixes.join(', ')}`,
    there.length > 0 && `there: ${there.join(', ')}`].filter(Boolean);
  return words.length > 0 && h('span', { class: 'bad said-of' }, `refused: ${words.join('; ')}`);
}

const MOODS = { green: '', yellow: 'warn', red: 'bad' };
const LEVELS = { ERROR: 'high', WARN: 'medium' };
const empty = (title, ...text) => h('div', { class: 'empty' }, h('h3', {}, title), h('p', {}, text));
const state = (word) => h('span', { class: 'state', 'data-state': word }, word);
const dot = (level) => h('span', { class: `health ${level}`, role: 'img', 'aria-label': level }, h('span', { class: 'dot' }));
const num = (n, title) => h('td', { class: n === 0 ? 'num zero' : 'num', title: title || (n === null ? '' : full(n)) }, n === null ? '' : compact(n));
const age = (millis) => (millis < 1000 ? `${millis} ms` : duration(millis / 1000));

function table(head, rows) {
  return h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, head.map(([word, kind]) => h('th', { class: kind ?? null }, word)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells)))));
}
