// What a person does: drafts on the device, acts sent once, kept while the line is away.
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
  /* storage is off: this page still works */ }

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
const read = key => parse(store.getItem(box + key));
const save = (key, value) => {
  try {
    store.setItem(box + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};
const drop = key => store.removeItem(box + key);
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0'))
  .join('');

function keys(prefix) {
  const found = [];
  for (let i = 0; i < store.length; i++) {
    const k = store.key(i);
    if (k?.startsWith(box + prefix)) found.push(k.slice(box.length));
  }
  return found;
}

// Unsigned acts are counted, per step and by what they are about (rooms/order.py), so that one a network held back
// brings nothing back that was taken back since
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
    kept = read('q'),
    verb = to.split('/').pop(),
    about = [same[verb] || verb, data.get('input'), data.get('slot')].filter(Boolean).join(':'),
    drawn = Number(document.querySelector('[data-heard]')?.dataset.heard.split(' ').find(h => h.startsWith(about + '='))
      ?.slice(about.length + 1)) || 0,
    own = kept?.m === at ? kept.n : {},
    n = Math.max(drawn, own[about] || 0) + 1;
  save('q', {
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
const fields = form => [...form.elements].filter(e => e.name && e.type !== 'hidden' && e.type !== 'submit');

function values(form) {
  const v = {};
  for (const e of fields(form))
    if (e.type !== 'radio' || e.checked) v[e.name] = e.value;
  return v;
}

function restore(form) {
  const kept = read('d.' + form.dataset.draft);
  if (!kept || Date.now() - kept.at > 864e5) {
    drop('d.' + form.dataset.draft);
    return;
  }
  for (const e of fields(form))
    if (kept.values[e.name] !== undefined) {
      if (e.type === 'radio') e.checked = e.value === kept.values[e.name];
      else e.value = kept.values[e.name];
    }
  form.closest('details')?.setAttribute('open', '');
  if (kept.queued) {
    queued(form, true);
    later(form);
  }
}

function keep(form) {
  const key = 'd.' + form.dataset.draft,
    old = read(key) || {
      op: random()
    };
  const ok = save(key, {
    ...old,
    nth: undefined, // what is edited is another act than the one that may be under way
    values: values(form),
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
    if (form.isConnected && read('d.' + form.dataset.draft)?.queued) send(form, null, n + 1);
  }, Math.min(15000, 700 * 2 ** n) * (0.5 + Math.random() / 2)));
}

// Sending
const busy = new WeakSet(),
  final = answer => answer && answer.status < 500 && ![408, 429].includes(answer.status);
const ours = answer => answer?.headers.has('X-Kring'); // a proxy's page is never shown
const words = answer => ours(answer) ? answer.text().catch(() => say.lost) : say.lost;
async function post(to, data, pad) {
  data.set('csrf', document.querySelector('#act [name=csrf]').value);
  if (pad) data.set('pad', 'x'.repeat(Math.max(0, 8192 - data.toString().length - 5)));
  try {
    return await fetch(to, {
      method: 'POST',
      body: data,
      headers: {
        'X-Kring': '1'
      },
      signal: AbortSignal.timeout(12000)
    });
  } catch {
    return null; /* the line is away */
  }
}
async function send(form, button, n = 0) {
  const draft = form.dataset.draft && !button?.hasAttribute('formaction') ? 'd.' + form.dataset.draft : '';
  const target = button?.getAttribute('formaction') || form.getAttribute('action'),
    data = new URLSearchParams();
  for (const [k, v] of new FormData(form, button && button.name ? button : undefined))
    if (k !== 'csrf') data.append(k, v);
  const pad = form.hasAttribute('data-pad') || !!button?.hasAttribute('data-pad');
  if (!draft) return tap(form, button, target, data, pad);
  if (busy.has(form)) return; // a second click while the first is under way
  busy.add(form);
  button?.setAttribute('aria-busy', 'true');
  const before = JSON.stringify(values(form));
  if (data.has('op')) data.set('op', read(draft)?.op || random());
  if (data.has('rev')) data.set('rev', String(Math.max(Number(data.get('rev')), (read(draft)?.rev || 0) + 1)));
  const kept = read(draft),
    again = kept?.queued && JSON.stringify(kept.values) === before,
    order = !pad ? {} : again && kept.nth ? {
      seen: kept.seen,
      nth: kept.nth
    } : count(target, data);
  for (const k in order) data.set(k, order[k]);
  save(draft, {
    op: data.get('op') || random(),
    ...kept,
    ...order,
    values: values(form),
    at: Date.now(),
    rev: Number(data.get('rev') || 0)
  });
  const answer = await post(target, data, pad);
  busy.delete(form);
  button?.removeAttribute('aria-busy');
  if (answer?.ok) {
    for (const name of ['rev', 'versions']) // the page's own fields stay while somebody may be typing in them
      if (data.has(name) && form.elements[name]) form.elements[name].value = Number(data.get(name)) + 1;
    return done(form, draft, before, answer);
  }
  if (final(answer)) return refused(form, draft, await words(answer));
  save(draft, {
    ...read(draft),
    queued: true
  });
  queued(form, true);
  later(form, n);
  away(answer);
}

// Taps: kept first and sent in order, so that neither a dead line nor a closed tab loses one. What means the same
// later waits for as long as its step lasts; anything else, a facilitator's move for one, half a minute.
const lasting =
  /\/(agree|where|early|nothing|again|may-show|small|take-back|not-chosen|answer|rather-not|it-is-me|say-yes|ask|done|pick|rate|skip-evaluation|allow-report|owner-says)$/;
const from = new Map(),
  taps = () => keys('t.').sort();
let sending = false,
  soon = 0;

function tap(form, button, to, data, pad) {
  if (to.endsWith('/forget')) body.dataset.cLeaves = '1';
  data.delete('op');
  const same = to + '?' + data,
    last = taps().at(-1);
  if (!last || read(last)?.same !== same) { // a double tap is one
    data.set('op', random());
    const order = pad ? count(to, data) : {
      seen: moment()
    };
    if (pad)
      for (const k in order) data.set(k, order[k]);
    const key = 't.' + Date.now() + random();
    from.set(key, {
      form,
      button
    });
    save(key, {
      same,
      to,
      data: data.toString(),
      pad,
      at: Date.now(),
      seen: order.seen
    });
    button?.setAttribute('aria-busy', 'true');
  }
  return flush();
}
async function flush(n = 0) {
  if (sending) return;
  clearTimeout(soon);
  sending = true;
  for (let key;
    (key = taps()[0]);) {
    const one = read(key),
      {
        form,
        button
      } = from.get(key) || {},
      data = new URLSearchParams(one.data),
      lasts = lasting.test(one.to);
    let answer = null,
      text = say.lost;
    if (Date.now() - one.at < (lasts ? 864e5 : 3e4)) {
      if (!form || one.late) data.set('seen', one.seen); // the step may have changed: then the rules say so
      answer = await post(one.to, data, one.pad);
      button?.removeAttribute('aria-busy');
      if (!final(answer)) {
        save(key, {
          ...one,
          late: 1
        });
        note(lasts ? say.kept : say.soon);
        away(answer);
        soon = setTimeout(flush, Math.min(9000, 700 * 2 ** n) * (0.5 + Math.random() / 2), n + 1);
        break;
      }
      text = answer.ok ? '' : await words(answer);
    }
    drop(key);
    from.delete(key);
    if (answer?.ok) done(form, '', '', answer);
    else if (form?.isConnected) refused(form, '', text);
    else note(text, 1);
  }
  sending = false;
  mark();
}

function mark() { // on the button whose tap waits, of neighbours the last one; a morph leaves data-c- alone
  const waiting = taps().map(read),
    clear = root => {
      for (const b of root.querySelectorAll('[data-c-waits]')) delete b.dataset.cWaits;
    };
  clear(document);
  if (waiting[0]?.late)
    for (const {
        to,
        data
      }
      of waiting)
      for (const b of document.querySelectorAll(`[formaction="${to}"],[action="${to}"] button`))
        if (!b.name || new URLSearchParams(data).get(b.name) === b.value) {
          clear(b.parentElement);
          b.dataset.cWaits = say.mark;
        }
}
async function away(answer) {
  if (ours(answer)) note(await words(answer), 1);
} // our store cannot write, and says so
function done(form, draft, before, answer) {
  said.replaceChildren();
  if (draft) {
    if (JSON.stringify(values(form)) !== before && form.isConnected) {
      keep(form);
      queued(form, false);
      return;
    } // edited meanwhile: the edit stays
    drop(draft);
    queued(form, false);
    if (form.querySelector('[name=op]')) form.reset();
    document.getElementById(form.id)?.closest('details')?.removeAttribute('open'); // the form, or the one that took its place
  }
  if (form?.dataset.close) location.hash = '';
  if (answer.redirected) location.assign(`${answer.url}#weg=${location.pathname.split('/')[2]}`);
}

function refused(form, draft, text) {
  delete body.dataset.cLeaves;
  if (draft) save(draft, {
    ...read(draft),
    queued: false
  });
  queued(form, false);
  const field = form.id === 'act' ? null : form.querySelector('textarea,input:not([type=hidden])');
  note(text, 1);
  if (field) {
    said.firstElementChild.id = 'said-text';
    field.setAttribute('aria-describedby', 'said-text');
    field.setAttribute('aria-invalid', 'true');
  }
}

function note(text, wrong) {
  const p = document.createElement('p');
  p.className = wrong ? 'note wrong' : 'note look';
  p.textContent = text;
  said.replaceChildren(p);
}

document.addEventListener('submit', event => {
  const form = event.target,
    button = event.submitter;
  if (form.id === 'speak') return;
  if (button?.hasAttribute('data-plain')) return;
  if (form.hasAttribute('data-plain')) {
    form.elements.csrf.value = document.querySelector('#act [name=csrf]').value;
    try { // handed round: a case of one's own goes no further (carry.js)
      for (const k of Object.keys(sessionStorage)) if (k.endsWith(':own')) sessionStorage.removeItem(k);
    } catch {
      /* storage is off */ }
    if (shared)
      for (const k of keys('')) drop(k);
    return;
  }
  event.preventDefault();
  if (sure(button) || about(form, button)) return;
  send(form, button);
});
const asked = new WeakMap();

function sure(button) { // first tap asks, the second within ten seconds does; a double tap is one
  if (button?.ariaDisabled === 'true') return true;
  clearTimeout(asked.get(button)); // an earlier question on the same button must not end this one
  if (!button?.dataset.sure || button.dataset.cSure) {
    if (button) delete button.dataset.cSure;
    return false;
  }
  const label = button.querySelector('span,b') || button,
    word = label.textContent;
  button.dataset.cSure = '1';
  button.ariaDisabled = 'true';
  setTimeout(() => {
    button.ariaDisabled = null;
  }, 600);
  label.textContent = button.dataset.sure;
  asked.set(button, setTimeout(() => {
    delete button.dataset.cSure;
    if (label.textContent === button.dataset.sure) label.textContent = word;
  }, 10000));
  return true;
}

function about(form, button) { // "is this about somebody here?": asked and answered on the device only
  const ask = form.querySelector('.about');
  if (!ask || button?.hasAttribute('data-skip-about') || button?.hasAttribute('data-about-no')) return false;
  ask.hidden = false;
  ask.scrollIntoView({
    block: 'center'
  });
  ask.querySelector('button').focus();
  return true;
}
document.addEventListener('click', e => {
  if (e.target.closest?.('[data-about-yes]')) {
    const f = e.target.closest('form');
    f.querySelector('.about').hidden = true;
    f.querySelector('textarea').focus();
  }
});
document.addEventListener('input', e => {
  const el = e.target,
    form = el.form;
  if (form?.dataset.draft) keep(form);
  if (el.dataset.limit) room(el);
  if (el.dataset.note) save('n.' + el.dataset.note, el.value);
  el.removeAttribute('aria-invalid');
});

function room(el) {
  const line = el.parentElement.querySelector('.room'),
    left = Number(el.dataset.limit) - el.value.length;
  if (!line) return;
  line.textContent = left < 0 ? say.full.replace('{n}', -left) : left < 70 ? say.room : '';
  line.classList.toggle('over', left < 0);
}

// The composer is personal and typed in: it is swapped only when it is about something else
window.kringKeep = text => {
  const here = document.querySelector('#composer > [data-key]')?.dataset.key;
  const part = /<hx-partial hx-target="#composer"[\s\S]*?<\/hx-partial>/.exec(text);
  if (!part || !here) return text;
  const next = /data-key="([^"]*)"/.exec(part[0])?.[1];
  if (next !== here) return text;
  const heard = /data-heard="([^"]*)"/.exec(part[0])?.[1];
  if (heard) document.querySelector('[data-heard]').dataset.heard = heard;
  return text.replace(part[0], '');
};

const aids = {
  hint: 0,
  carry: 0
};

function fresh() {
  if (document.querySelector('[data-outside]'))
    for (const k of keys('d.')) drop(k); // who is outside keeps nothing of this case
  for (const form of document.querySelectorAll('form[data-draft]:not([data-c-ready])')) {
    form.dataset.cReady = '1';
    restore(form);
  }
  for (const form of document.querySelectorAll('form[data-ballot]')) import(form.dataset.ballot).then(m => m.default(
    form), () => {
      /* plain fields do too */ });
  // What aids comes a while after the page, for everybody alike: fetched at the first letter, it would tell who writes
  for (const name in aids)
    if (document.querySelector(name === 'hint' ? '.write,[data-hint]' : '.write,.done,[data-carry]')) aids[name] ||=
      setTimeout(() => import(say[name]).then(m => m.default(), () => {
        aids[name] = 0;
      }), 2500);
  for (const el of document.querySelectorAll('[data-limit]')) room(el);
  for (const el of document.querySelectorAll('[data-note]:not([data-c-ready])')) {
    el.dataset.cReady = '1';
    el.value = read('n.' + el.dataset.note) ?? '';
  }
  old();
  mark();
}

function old() { // a draft of a step that is over is offered back, never thrown away
  const live = new Set([...document.querySelectorAll('form[data-draft]')].map(f => 'd.' + f.dataset.draft));
  const lost = keys('d.').filter(k => !live.has(k)).map(k => [k, read(k)]).filter(([, v]) => v && Object.values(v
    .values).some(t => typeof t === 'string' && t.length > 3));
  let box = document.getElementById('old');
  if (!lost.length) {
    box?.remove();
    return;
  }
  if (!box) {
    box = document.createElement('details');
    box.id = 'old';
    box.className = 'card';
    document.querySelector('main').append(box);
  }
  const title = document.createElement('summary');
  title.textContent = say.old;
  box.replaceChildren(title, ...lost.map(([, v]) => {
    const p = document.createElement('p');
    p.textContent = Object.values(v.values).join('\n');
    return p;
  }));
}
document.addEventListener('kring:over', () => {
  for (const k of keys('')) drop(k);
}); // erased there is erased here
document.addEventListener('kring:frame', e => {
  if (e.detail.reconnected)
    for (const f of document.querySelectorAll('form[data-draft]'))
      if (read('d.' + f.dataset.draft)?.queued) send(f, null);
  if (taps().length) flush();
  fresh();
});
document.addEventListener('click', e => {
  const b = e.target.closest?.('[data-note-save]');
  if (!b) return;
  const a = document.createElement('a');
  a.href = URL.createObjectURL(new Blob([document.querySelector('[data-note]').value], {
    type: 'text/plain'
  }));
  a.download = b.dataset.noteSave;
  a.click();
});
for (let i = store.length; i--;) { // of every room: this device may never see some of them again
  const k = store.key(i);
  if (!/^kring:\w+:\w*:([dt]\.|q$)/.test(k) || k.startsWith(box + 't.')) continue;
  const at = parse(store.getItem(k))?.at;
  if (!(Date.now() - at < 864e5)) store.removeItem(k);
}
if (body.hasAttribute('data-wipe'))
  for (const k of keys(''))
    if (k[0] !== 'n') drop(k);
const device = () => import(say.device).catch(() => {}); // what this device does for who holds it
if (keys('o.').length) device();
document.addEventListener('toggle', e => e.target.matches('[data-c-menu]') && device(), true);
if (body.dataset.role === 'screen') document.addEventListener('pointerdown', device);
fresh();
if (taps().length) flush();
