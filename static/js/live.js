// The live line of a page: frames in, pings out, the clock, and focus. Acts are in acts.js; `say` holds our own
// sentences, put before it in the language of the page.
const root = document.body,
  dev = root.hasAttribute('data-dev');
const link = document.getElementById('link'),
  announce = document.getElementById('announce');
const url = new URL(`/r/${location.pathname.split('/')[2]}/live?as=${root.dataset.role}&of=${root.dataset.seat || ''}`, location.href);
url.protocol = url.protocol.replace('http', 'ws');
let ws = null,
  timer = 0,
  wait = 0,
  tries = 0,
  chain = Promise.resolve(),
  ended = false,
  boot = '';
let rtts = [],
  offset = 0,
  sent = 0;

window.htmx?.registerExtension('tt', {
  init: api => {
    // nosemgrep: no-html-from-a-script - the one policy, for frames that the server rendered
    const p = window.trustedTypes?.createPolicy('htmx', {
      createHTML: s => s,
      createScript: () => ''
    });
    const no = function() {
      throw new EvalError('no JS in attributes');
    };
    api.initSecurity(p, no, no);
  }
});

function badge(text) {
  link.textContent = text || '';
  link.hidden = !text;
}

function drop() { // never wait for a close handshake: it can take a minute
  clearTimeout(wait);
  wait = 0;
  if (ws) {
    const old = ws;
    ws = null;
    old.onmessage = old.onclose = old.onopen = null;
    old.close();
  }
}

function dial(delay) {
  clearTimeout(timer);
  drop();
  if (!ended) timer = setTimeout(open, delay);
}

function later() {
  badge(link.dataset.away || say.away);
  const most = Math.min(15000, 1000 * 2 ** tries++);
  dial(Math.random() * most + (tries > 1 ? most / 4 : 0));
}

function open() {
  ws = new WebSocket(url);
  ws.onmessage = e => heard(e.data);
  ws.onclose = e => {
    ws = null;
    closed(e.code);
  };
  wait = setTimeout(later, 8000);
}

function closed(code) {
  clearTimeout(wait);
  if (code === 4401 || code === 4410) {
    ended = true;
    if (code === 4410) document.dispatchEvent(new Event('kring:over'));
    if (!root.dataset.cLeaves) location.reload(); // the server says what became of it, and clears what was kept
    return;
  }
  if (code === 4409) {
    ended = true;
    badge(say.tabs);
    return;
  }
  later();
}

function ping(limit) {
  if (!ws || ws.readyState !== 1) return;
  sent = Date.now();
  ws.send('p');
  clearTimeout(wait);
  wait = setTimeout(later, limit);
}

function wake() {
  if (document.hidden || ended) return;
  if (!ws || ws.readyState > 1) {
    tries = 0;
    dial(Math.random() * 300);
  } else ping(1500);
}

function heard(data) {
  clearTimeout(wait);
  wait = 0;
  if (data[0] === 'p') {
    if (!window.htmx) {
      tries = 0;
      badge('');
    }
    sync(Number(data.slice(1)));
    return;
  }
  chain = chain.then(() => frame(data)).catch(error => {
    if (dev) console.error(error);
  });
}

function sync(server) { // the offset of the quickest of the last eight pings is the best
  const now = Date.now();
  rtts.push({
    rtt: now - sent,
    offset: server + (now - sent) / 2 - now
  });
  rtts = rtts.slice(-8);
  offset = rtts.reduce((a, b) => (b.rtt < a.rtt ? b : a)).offset;
  tick();
}
async function frame(data) {
  const cut = data.indexOf('\n'),
    head = JSON.parse(data.slice(0, cut));
  const reconnected = tries > 0;
  tries = 0;
  badge('');
  if (!rtts.length) offset = head.t - Date.now();
  if (head.e !== boot) {
    boot = head.e;
    rtts = [];
  }
  const held = document.activeElement,
    id = held?.id,
    at = held?.selectionStart,
    end = held?.selectionEnd;
  const text = window.kringKeep ? window.kringKeep(data.slice(cut + 1)) : data.slice(cut + 1);
  if (dev)
    for (const m of text.matchAll(/hx-target="#([\w-]+)"/g))
      if (!document.getElementById(m[1])) console.warn('no target', m[1]);
  const calm = document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches;
  await htmx.swap({
    sourceElement: root,
    swap: 'none swapEmpty:false',
    text,
    transition: !!head.vt && !calm && !!document.startViewTransition
  });
  if (head.vt) retitle();
  mend(held, id, at, end, head.focus);
  document.dispatchEvent(new CustomEvent('kring:frame', {
    detail: {
      reconnected,
      me: !!head.me,
      moved: !!head.vt
    }
  }));
  tick();
}

function mend(held, id, at, end, focus) { // a morph may drop focus; a person is never moved otherwise
  if (!held || held === document.body || document.activeElement === held) return;
  const again = id && document.getElementById(id);
  if (again) {
    again.focus({
      preventScroll: true
    });
    if (at != null && again.setSelectionRange) try {
      again.setSelectionRange(at, end);
    } catch {
      // not a text field
    }
  } else if (!held.isConnected) document.getElementById(focus || 'stage-h')?.focus({
    preventScroll: true
  });
}

function retitle() {
  const name = document.querySelector('#head .where b, #stage-h');
  if (!name) return;
  document.title = name.textContent + document.title.slice(document.title.indexOf(' · '));
  announce.textContent = name.textContent;
}

// The clock: an absolute deadline, whole minutes, in words from the server.
const said = new Set(),
  first = new Map(); // only a moment that is passed is said, never one that a step begins with
window.kringNow = () => Date.now() + offset;

function tick() {
  const now = window.kringNow();
  for (const el of document.querySelectorAll('[data-deadline][data-many]')) {
    const until = Number(el.dataset.deadline),
      left = until ? until - now : Number(el.dataset.left) * 1000;
    const min = Math.ceil(left / 60000),
      word = left <= 0 ? el.dataset.over : min === 1 ? el.dataset.one : el.dataset.many;
    const text = word.replace('{n}', left <= 0 ? 1 - min : min);
    if (el.textContent !== text) el.textContent = text;
    if (until && el.dataset.quiet === undefined) tell(until, left); // quiet: no end of a step
  }
  let up = false,
    fresh = false; // this step's time is up, or it has just begun: then tone and words change, never a place
  for (const el of document.querySelectorAll('[data-total]')) {
    const end = Number(el.dataset.deadline),
      total = Number(el.dataset.total);
    if (!end) continue;
    if (el.dataset.arc === '') arc(el, (end - now) / 1000, total);
    up ||= end <= now;
    fresh ||= now - end + total * 1000 < 1e4;
  }
  root.toggleAttribute('data-up', up);
  root.toggleAttribute('data-fresh', fresh);
  let hush = false; // a minute of silence: it ends by itself, also where no frame comes
  for (const el of document.querySelectorAll('[data-seconds]')) {
    const n = Math.max(0, Math.ceil((Number(el.dataset.seconds) - now) / 1000));
    if (el.textContent !== String(n)) el.textContent = n;
    hush ||= n && el.dataset.hush;
  }
  if (hush && !root.hasAttribute('data-hush')) announce.textContent = hush;
  root.toggleAttribute('data-hush', !!hush);
}

function arc(el, left, total) { // when the time is up, dots: one turn is ten minutes
  const part = Math.min(1, Math.max(0, left / total)),
    turn = `rotate(${(270 - 360 * part).toFixed(2)})`;
  el.setAttribute('stroke-dasharray', left < 0 ? '0 .0238 '.repeat(Math.min(41, -left / 14.3)) + '0 1' : part < 1 ?
    `${part.toFixed(4)} ${(1 - part).toFixed(4)}` : '1 0');
  el.setAttribute('transform', turn);
  el.parentNode.querySelector('[data-hand]')?.setAttribute('transform', turn);
}

function tell(until, left) {
  if (!first.has(until)) first.set(until, left);
  for (const [key, at] of [
      ['five', 300000],
      ['one', 60000],
      ['end', 0]
    ]) {
    if (left <= at && left > at - 5000 && first.get(until) > at && !said.has(key + until)) {
      said.add(key + until);
      announce.textContent = say[key];
      if (key === 'end') document.dispatchEvent(new Event('kring:end'));
    }
  }
}
setInterval(() => {
  if (!document.hidden) tick();
}, 1000);
setInterval(() => {
  if (!document.hidden) ping(4000);
}, 10000);
for (const name of ['visibilitychange', 'online', 'resume']) addEventListener(name, wake);
document.addEventListener('visibilitychange', wake);
document.addEventListener('resume', wake);
addEventListener('pageshow', e => {
  if (e.persisted) {
    drop();
    tries = 0;
    dial(0);
  }
});
addEventListener('pagehide', drop);
document.addEventListener('click', e => { // one menu at a time, closed by a click elsewhere
  for (const menu of document.querySelectorAll('details[data-c-menu][open]'))
    if (!menu.contains(e.target)) menu.open = false;
});
document.addEventListener('keydown', e => {
  if (e.key === 'Escape')
    for (const menu of document.querySelectorAll('details[data-c-menu][open]')) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
});
tick();
open();
