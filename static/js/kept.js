// What stays on the device: the store, how often something was done, drafts. Before sent.js and acts.js, in one block.
const body = document.body,
  box = `kring:${location.pathname.split('/')[2]}:${body.dataset.seat || ''}:`;
const shared = body.hasAttribute('data-shared'),
  said = document.getElementById('said');
let store = memory();
try {
  const s = shared ? sessionStorage : localStorage;
  s.setItem(box + 't', '1');
  s.removeItem(box + 't');
  store = s;
} catch {
  // storage is off: this page still works
}

function memory() {
  const m = new Map();
  return {
    getItem: k => m.get(k) ?? null,
    setItem: (k, v) => m.set(k, v),
    removeItem: k => m.delete(k),
    key: i => [...m.keys()][i] ?? null,
    get length() {
      return m.size;
    }
  };
}
const parse = text => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
const loose = new Map(); // what a full store does not take: this page has it, and nobody is told that it is kept
const read = key => loose.get(key) || parse(store.getItem(box + key));
const save = (key, value) => {
  loose.delete(key);
  try {
    store.setItem(box + key, JSON.stringify(value));
    return true;
  } catch {
    loose.set(key, value);
    return false;
  }
};
const drop = key => {
  loose.delete(key);
  store.removeItem(box + key);
};
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0'))
  .join('');

function keys(prefix) {
  const found = new Set(loose.keys());
  for (let i = 0; i < store.length; i++) {
    const k = store.key(i);
    if (k?.startsWith(box)) found.add(k.slice(box.length));
  }
  return [...found].filter(k => k.startsWith(prefix));
}

// Unsigned acts are counted, per step and by what they are about (rooms/order.py), so that one a network held back
// brings nothing back that was taken back since. So are answers that may change at any time, whatever the step
const standing = /\/(agree|where|hears|early|allow-report)$/;
const moment = () => document.querySelector('[data-moment]')?.dataset.moment || '';

const same = {
  nothing: 'lay',
  chosen: 'cast',
  'not-chosen': 'cast',
  'rather-not': 'answer',
  'skip-evaluation': 'evaluate',
  again: 'done'
};

function count(to, data) {
  const at = moment(),
    key = standing.test(to) ? 'qs' : 'q',
    kept = read(key),
    verb = to.split('/').pop(),
    about = [same[verb] || verb, data.get('input'), data.get('slot')].filter(Boolean).join(':'),
    drawn = Number(document.querySelector('[data-heard]')?.dataset.heard.split(' ').find(h => h.startsWith(about + '='))
      ?.slice(about.length + 1)) || 0,
    own = key[1] || kept?.m === at ? kept?.n || {} : {},
    n = Math.max(drawn, own[about] || 0) + 1;
  save(key, {
    m: at,
    n: {
      ...own,
      [about]: n
    },
    at: Date.now()
  });
  return {
    seen: at,
    nth: n
  };
}

// Drafts
const drafts = () => [...document.querySelectorAll('form[data-draft]')],
  waiting = form => read('d.' + form.dataset.draft)?.queued; // it goes once the line is there again
const fields = form => [...form.elements].filter(e => e.name && e.type !== 'hidden' && e.type !== 'submit');

function values(form) { // what was written as text, what was chosen in a list: the ids of choices are no words to show
  const v = {};
  for (const e of fields(form))
    if (e.type !== 'radio' || e.checked) v[e.name] = /^text/.test(e.type) ? e.value : [e.value];
  return v;
}

function restore(form, again) {
  const kept = read('d.' + form.dataset.draft);
  if (!kept || Date.now() - kept.at > 864e5) {
    drop('d.' + form.dataset.draft);
    return;
  }
  for (const e of fields(form))
    if (kept.values[e.name] !== undefined) {
      if (e.type === 'radio') e.checked = e.value === String(kept.values[e.name]);
      else e.value = kept.values[e.name];
    }
  if (again) return; // a fold that somebody closed stays closed, and what waits goes on waiting
  form.closest('details')?.setAttribute('open', '');
  if (kept.queued) {
    queued(form, true);
    later(form);
  }
}

function keep(form) {
  const key = 'd.' + form.dataset.draft,
    now = values(form),
    old = read(key) || {};
  const ok = save(key, {
    ...old,
    op: `${old.values?.for}` === `${now.for}` && old.op || random(), // for somebody else it is another card
    nth: undefined, // what is edited is another act than the one that may be under way
    values: now,
    at: Date.now()
  });
  const mark = form.querySelector('[data-c-kept]');
  if (mark) mark.hidden = !ok;
}

function queued(form, on) {
  const line = form.querySelector('[data-c-queued]');
  if (line) {
    line.hidden = !on;
    line.textContent = say.kept;
  }
  const button = form.querySelector('[data-later]');
  if (button) {
    button.dataset.cWord ||= button.textContent;
    button.textContent = on ? button.dataset.later : button.dataset.cWord;
  }
}
const timers = new WeakMap();

function later(form, n = 0) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => {
    if (form.isConnected) resend(form, n + 1);
  }, Math.min(15000, 700 * 2 ** n) * (0.5 + Math.random() / 2)));
}

function differs(form) {
  const kept = read('d.' + form.dataset.draft);
  return kept && JSON.stringify(kept.values) !== JSON.stringify(values(form));
}

function resend(form, n) { // what waits is what is kept: of another tab's text this form may know nothing
  if (!waiting(form)) return;
  if (differs(form)) restore(form);
  send(form, null, n);
}
