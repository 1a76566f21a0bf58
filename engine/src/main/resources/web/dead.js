// Dead letters: what could not be handled, why, and what to do about it.

import { h, ask, copyAsCli, toast } from './dom.js';
import { get, post } from './api.js';
import { clock, full, plural } from './format.js';

const SHOWN = 200;

export class Dead {
  #entries = [];
  #chosen = new Set();
  #body = h('div', {});
  #replay = h('button', { type: 'button', onclick: () => this.#act('replay') }, 'Replay');
  #drop = h('button', { type: 'button', onclick: () => this.#act('drop') }, 'Drop');
  #tools = h('div', { class: 'buttons' }, this.#replay, this.#drop, h('span', { class: 'spacer' }),
    h('button', { type: 'button', class: 'quiet', onclick: () => this.shown() }, 'Look again'), copyAsCli(() => this.#command()));

  constructor() {
    this.element = h('section', { 'aria-labelledby': 'dead-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'dead-title' }, 'Dead letters')),
      h('p', { class: 'dim' }, 'What could not be handled is kept with its cause. Mend the cause, then replay: the event goes through the whole way again under the same id, so it cannot be doubled.'),
      this.#tools, this.#body);
  }

  update() {}

  async shown() {
    try {
      this.#entries = await get(`dead?limit=${SHOWN}`);
      this.#chosen = new Set(this.#entries.filter((d) => d.state === 'waiting' && this.#chosen.has(d.id)).map((d) => d.id));
      this.#draw();
    } catch (e) {
      this.#body.replaceChildren(h('div', { class: 'problem', role: 'alert' }, h('b', {}, e.message), h('p', {}, e.hint)));
    }
  }

  #command() {
    const ids = [...this.#chosen];
    return ids.length === 0 ? './tocsin dead list' : `./tocsin dead replay ${ids.join(' ')}`;
  }

  #draw() {
    const waiting = this.#entries.filter((d) => d.state === 'waiting').length;
    this.#tools.hidden = this.#entries.length === 0;
    this.#label(waiting);
    if (this.#entries.length === 0) {
      this.#body.replaceChildren(h('div', { class: 'empty' }, h('h3', {}, 'None'),
        h('p', {}, 'Every event so far could be handled. Malformed, oversized or too deeply nested input would be kept here.')));
      return;
    }
    this.#body.replaceChildren(h('div', { class: 'hits' }, this.#entries.map((d) => this.#row(d, waiting))));
  }

  #label(waiting) {
    const n = this.#chosen.size;
    for (const [button, word] of [[this.#replay, 'Replay'], [this.#drop, 'Drop']]) {
      button.textContent = n > 0 ? `${word} ${full(n)} …` : `${word} all waiting …`;
      button.disabled = waiting === 0;
    }
  }

  #row(entry, waiting) {
    const open = entry.state === 'waiting';
    const box = h('input', { type: 'checkbox', disabled: !open, checked: this.#chosen.has(entry.id), 'aria-label': `Choose ${entry.id}`, onchange: (e) => {
      if (e.target.checked) this.#chosen.add(entry.id); else this.#chosen.delete(entry.id);
      this.#label(waiting);
    } });
    return h('div', { class: 'dead-row' }, box, h('details', { class: 'hit' },
      h('summary', {}, h('time', { title: entry.time }, clock(entry.time)), h('span', { class: 'state', 'data-state': entry.state }, entry.state),
        h('span', { class: 'hit-text' }, entry.cause), h('span', { class: 'hit-who mono' }, `${entry.stage} · ${entry.source}`)),
      h('div', { class: 'hit-body' }, h('p', { class: 'dim mono' }, `${entry.id}  customer ${entry.customer}`), h('pre', { class: 'original' }, entry.original))));
  }

  async #act(action) {
    const body = this.#chosen.size > 0 ? { ids: [...this.#chosen] } : { all: true };
    try {
      const { matched, more } = await post(`dead/${action}`, { ...body, dry_run: true });
      const number = plural(matched, 'dead letter') + (more ? ', and more after them' : '');
      const yes = action === 'replay'
        ? await ask(`Replay ${number}?`, 'They go into intake again. What still cannot be handled comes back here.', 'Replay')
        : await ask(`Drop ${number}?`, 'They are marked as not wanted and are not replayed any more. They are kept.', 'Drop', true);
      if (!yes) return;
      const result = await post(`dead/${action}`, body);
      toast(`${plural(result.done, 'dead letter')} ${action === 'replay' ? 'replayed' : 'dropped'}`);
      this.#chosen.clear();
      dispatchEvent(new Event('dead-changed'));
      await this.shown();
    } catch (e) {
      toast(e.message);
    }
  }
}
