// A JSON value as coloured text. Built of text nodes, so that nothing in it can become markup.

import { h } from './dom.js';

export function jsonView(value) {
  const pre = h('pre', { class: 'json', tabindex: 0 });
  write(pre, value, 0);
  return pre;
}

function write(pre, value, depth) {
  if (value === null || typeof value !== 'object') {
    pre.append(h('span', { class: `j-${value === null ? 'null' : typeof value}` }, JSON.stringify(value)));
    return;
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) {
    pre.append(list ? '[]' : '{}');
    return;
  }
  pre.append(list ? '[' : '{');
  entries.forEach(([key, inner], i) => {
    pre.append('\n' + '  '.repeat(depth + 1));
    if (!list) pre.append(h('span', { class: 'j-key' }, JSON.stringify(key)), ': ');
    write(pre, inner, depth + 1);
    if (i < entries.length - 1) pre.append(',');
  });
  pre.append('\n' + '  '.repeat(depth) + (list ? ']' : '}'));
}
