// The page: who is logged in, which section is shown, and the live stream that feeds them.

import { h, byId, openDrawer } from './dom.js';
import { get, post, onLoggedOut } from './api.js';
import { duration } from './format.js';
import { Flow } from './flow.js';
import { Alerts } from './alerts.js';
import { Search } from './search.js';
import { Ledger } from './ledger.js';
import { Dead } from './dead.js';
import { Cluster } from './cluster.js';
import { Parity } from './parity.js';

const flow = new Flow();
const alerts = new Alerts();
const overview = {
  element: h('div', { class: 'overview' }, flow.element, alerts.element),
  update: (status) => { flow.update(status); alerts.update(status); },
  shown: () => {},
};
const SECTIONS = [['', 'Overview', overview], ['search', 'Search', new Search()], ['ledger', 'Ledger', new Ledger()], ['dead', 'Dead letters', new Dead()],
  ['cluster', 'Cluster', new Cluster()], ['parity', 'Parity', new Parity()]];

const DEAD_MAX = 100;
const DEAD_EVERY_MS = 15000;
const main = byId('main');
let live = null;
let current = null;
let status = null;

function route() {
  if (live === null) return;
  const [, name = ''] = /^#\/(\w*)/.exec(location.hash) ?? [];
  const [, title, section] = SECTIONS.find(([n]) => n === name) ?? SECTIONS[0];
  byId('nav').querySelectorAll('a').forEach((a) => a.toggleAttribute('aria-current', a.getAttribute('href') === `#/${name}`));
  document.title = title === 'Overview' ? 'Tocsin' : `${title} · Tocsin`;
  if (section === current) return;
  current = section;
  main.replaceChildren(section.element);
  section.shown();
}

function connect() {
  live?.close();
  live = new EventSource('/api/v1/live');
  live.onopen = () => {
    notice('');
    document.body.classList.remove('stale');
    alerts.load().catch((e) => notice(e.message));
  };
  live.addEventListener('status', (e) => show(JSON.parse(e.data)));
  live.addEventListener('alert', (e) => alerts.add(JSON.parse(e.data)));
  live.addEventListener('gap', () => alerts.load().catch((e) => notice(e.message)));
  live.onerror = () => {
    notice('The connection to the node is lost; the numbers below are old. Trying again …');
    document.body.classList.add('stale');
    // The stream does not say why it ended; asking does, and leads to the login when the session is over.
    if (live.readyState === EventSource.CLOSED) setTimeout(() => get('status').then(connect, again), 1500);
  };
}

function again(problem) {
  if (problem.status !== 401) setTimeout(() => get('status').then(connect, again), 3000);
}

function show({ status: now, health }) {
  status = now;
  SECTIONS.forEach(([, , section]) => section.update(now));
  const uptime = duration((Date.now() - new Date(now.started).getTime()) / 1000);
  byId('node').replaceChildren(
    h('span', { class: 'place', title: `version ${now.version}, epoch ${now.epoch}, roles ${now.roles.join(', ')}` }, now.site, h('i', {}, '/'), now.node),
    h('span', { class: 'uptime', title: `since ${now.started}` }, `up ${uptime}`),
    h('button', { type: 'button', class: `health ${health.level}`, title: health.message, onclick: openHealth },
      h('span', { class: 'dot', 'aria-hidden': 'true' }), now.ready ? health.level : 'starting'));
}

/** How many dead letters wait for somebody, beside the name of their section. */
async function countDead() {
  if (live === null) return;
  const waiting = (await get(`dead?limit=${DEAD_MAX}`)).filter((d) => d.state === 'waiting').length;
  byId('dead-badge').textContent = waiting === 0 ? '' : waiting === DEAD_MAX ? `${DEAD_MAX}+` : waiting;
}

async function openHealth() {
  const checks = await get('checks').catch(() => []);
  openDrawer(h('h2', {}, 'Health'), h('div', { class: 'checks' }, checks.map((c) => h('div', { class: 'check' },
    h('span', { class: `health ${c.level}` }, h('span', { class: 'dot' })), h('div', {}, h('b', {}, `${c.channel} / ${c.name}`), h('p', {}, c.message || c.level))))),
  checks.length === 0 && h('p', { class: 'dim' }, 'Nothing is checked yet.'),
  h('h3', {}, 'For machines'), h('ul', { class: 'plain' }, ['/health', '/health/channels', '/metrics'].map((p) => h('li', {}, h('a', { href: p }, p)))),
  status && h('p', { class: 'dim' }, `Tocsin ${status.version}, epoch ${status.epoch}, roles ${status.roles.join(', ')}`),
  h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: async () => { await post('logout').catch(() => {}); location.reload(); } }, 'Log out')));
}

function notice(text) {
  byId('notice').textContent = text;
  byId('notice').hidden = text === '';
}

function login(wrong) {
  live?.close();
  live = null;
  current = null;
  document.body.classList.remove('stale');
  byId('nav').hidden = byId('node').hidden = true;
  notice('');
  if (byId('drawer').open) byId('drawer').close();
  const token = h('input', { id: 'token', type: 'password', class: 'mono', autocomplete: 'current-password', required: true, autofocus: true });
  const said = h('p', { class: 'said', role: 'alert' }, wrong ? 'That token is not the one of this node.' : '');
  main.replaceChildren(h('form', { class: 'login', onsubmit: async (e) => {
    e.preventDefault();
    try {
      await post('login', { token: token.value.trim() });
      start();
    } catch (problem) {
      said.textContent = problem.status === 401 ? 'That token is not the one of this node.' : problem.message;
      token.select();
    }
  } }, h('h1', {}, 'Log in to this node'), h('label', { for: 'token' }, 'Admin token'), token, said, h('button', { class: 'primary' }, 'Log in'),
  h('p', { class: 'dim' }, 'The node prints the token, and a link that logs you in, each time it starts. It is also in the file ',
    h('code', {}, 'admin.token'), ' in the data directory.')));
  token.focus();
}

function start() {
  byId('nav').replaceChildren(...SECTIONS.map(([name, title], i) => h('a', { href: `#/${name}`, title: `${title} (key ${i + 1})` }, title,
    name === 'dead' && h('span', { id: 'dead-badge', class: 'badge' }))));
  byId('nav').hidden = byId('node').hidden = false;
  if (location.hash === '#wrong-token') history.replaceState(null, '', '/');
  connect();
  route();
  countDead().catch(() => {});
}

// A failure to count is no news of its own: the live stream says when the node is away.
setInterval(() => countDead().catch(() => {}), DEAD_EVERY_MS);
addEventListener('dead-changed', () => countDead().catch(() => {}));

document.addEventListener('keydown', (e) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) || e.ctrlKey || e.metaKey || e.altKey;
  if (typing || live === null || document.querySelector('dialog[open]')) return;
  if (e.key === '/') {
    e.preventDefault();
    location.hash = '#/search';
    SECTIONS[1][2].shown();
  } else if (e.key >= '1' && e.key <= String(SECTIONS.length)) {
    location.hash = `#/${SECTIONS[e.key - 1][0]}`;
  } else if (e.key === 'j' || e.key === 'k') {
    step(e.key === 'j' ? 1 : -1);
  }
});

/** j and k walk through the rows of the section, as Tab would, without the detours. */
function step(by) {
  const rows = [...main.querySelectorAll('.alert, .hit > summary')];
  const at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}

addEventListener('hashchange', route);
onLoggedOut(() => login(false));
get('status').then(start, (e) => (e.status === 401 ? login(location.hash === '#wrong-token') : notice(e.message)));
