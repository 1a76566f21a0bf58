// The last two minutes of a number, one sample a second, as a line over a faint area.

import { svg } from './dom.js';

const SAMPLES = 120;
const WIDTH = 120;
const HEIGHT = 30;

export class Spark {
  #values = [];
  #line = svg('polyline', { class: 'spark-line' });
  #area = svg('polygon', { class: 'spark-area' });

  constructor() {
    this.element = svg('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      this.#area, this.#line);
  }

  push(value) {
    this.#values.push(Math.max(0, value));
    if (this.#values.length > SAMPLES) this.#values.shift();
    const max = Math.max(...this.#values, 1e-9);
    const right = WIDTH - 1;
    const left = right - (this.#values.length - 1) * (WIDTH / SAMPLES);
    // A tenth of room above, so that the highest second is not cut by half its line.
    const points = this.#values.map((v, i) => {
      const x = left + i * (WIDTH / SAMPLES);
      return `${x.toFixed(1)},${(HEIGHT - 1 - (v / max) * (HEIGHT - 4)).toFixed(1)}`;
    }).join(' ');
    this.#line.setAttribute('points', points);
    this.#area.setAttribute('points', `${left.toFixed(1)},${HEIGHT} ${points} ${right},${HEIGHT}`);
  }
}
