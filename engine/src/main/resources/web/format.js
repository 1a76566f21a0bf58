// Numbers and times for people. Every shortened number keeps its full value in a tooltip where it is shown.

const UNITS = ['', 'k', 'M', 'G', 'T'];

/** 1234 -> 1.23k, in four characters or so. */
export function compact(n) {
  if (!Number.isFinite(n)) return '–';
  let value = n;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 1 : 0);
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + UNITS[unit];
}

export const full = (n) => Number(n).toLocaleString('en-US');

export function bytes(n) {
  let value = n;
  let unit = 0;
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  while (value >= 1024 && unit < names.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${names[unit]}`;
}

export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

const two = (n) => String(n).padStart(2, '0');

/** Local time of day; with the date before it when that is not today. */
export function clock(iso) {
  const t = new Date(iso);
  if (Number.isNaN(t.getTime())) return String(iso);
  const time = `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
  const today = new Date().toDateString() === t.toDateString();
  return today ? time : `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${time}`;
}

export const plural = (n, one, many) => `${full(n)} ${n === 1 ? one : many ?? one + 's'}`;

/** The value at a dotted path, whether the document nests it or writes the dots. */
export function field(document, path) {
  if (document === null || typeof document !== 'object') return undefined;
  if (path in document) return document[path];
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const inner = field(document[path.slice(0, dot)], path.slice(dot + 1));
    if (inner !== undefined) return inner;
  }
  return undefined;
}
