// Small building blocks of the page. Everything that comes from events reaches the document as text nodes and
// attributes only: there is no innerHTML anywhere in this page, and the server's policy forbids inline script.

// Characters that reorder or hide their neighbours would let an event disguise what it says.
const DISGUISES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

export function visible(text) {
  return String(text).replace(DISGUISES,
    (c) => `‹U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
}

function append(parent, child) {
  if (Array.isArray(child)) {
    child.forEach((c) => append(parent, c));
  } else if (child instanceof Node) {
    parent.append(child);
  } else if (child !== null && child !== undefined && child !== false) {
    parent.append(visible(child));
  }
}

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  append(element, children);
  return element;
}

/** An element: h('p', {class: 'x', onclick: f}, 'text', child, [children]). */
export function h(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

export const byId = (id) => document.getElementById(id);

/** A link that leaves the page, or plain text when the address is not a web address. */
export function outside(address) {
  const ok = /^https?:\/\//i.test(address);
  return ok ? h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, address) : h('span', {}, address);
}

let hideToast = 0;

export function toast(text) {
  const box = byId('toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(hideToast);
  hideToast = setTimeout(() => box.classList.remove('shown'), 2500);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS there is no clipboard interface but on localhost; the old way still works.
    const area = h('textarea', { class: 'offscreen' }, text);
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(`Copied: ${text.length > 90 ? text.slice(0, 90) + ' …' : text}`);
}

/** One word of a shell command. */
export const quoted = (word) => (/^[\w.:/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A button that copies what one would type for the same. `command` is asked when the button is pressed. */
export function copyAsCli(command) {
  return h('button', { type: 'button', class: 'quiet', title: 'Copy the command that does the same', onclick: () => copy(command()) },
    'Copy as CLI');
}

/** Fills and opens the drawer at the right; returns what closes it. */
export function openDrawer(...children) {
  const drawer = byId('drawer');
  const close = () => drawer.close();
  drawer.replaceChildren(
    h('button', { type: 'button', class: 'close', 'aria-label': 'Close', title: 'Close (Esc)', onclick: close }, '×'),
    h('div', { class: 'drawer-body' }, children));
  drawer.onclick = (e) => { if (e.target === drawer) close(); };
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
  return close;
}

/** Asks before something is done; resolves to true for yes. */
export function ask(title, text, yes, danger = false) {
  const box = byId('ask');
  return new Promise((resolve) => {
    box.replaceChildren(h('form', { method: 'dialog' }, h('h2', {}, title), h('p', {}, text),
      h('div', { class: 'buttons' },
        h('button', { value: 'no', class: 'quiet', autofocus: danger }, 'Cancel'),
        h('button', { value: 'yes', class: danger ? 'danger' : 'primary', autofocus: !danger }, yes))));
    box.returnValue = 'no';
    box.onclose = () => resolve(box.returnValue === 'yes');
    box.showModal();
  });
}
