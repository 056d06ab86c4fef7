// What a person does on a page: forms, buttons that ask twice, fields, the composer, drafts of steps that are over.
document.addEventListener('submit', event => {
  const form = event.target,
    button = event.submitter;
  if (form.id === 'speak') return;
  if (button?.hasAttribute('data-plain')) return;
  if (form.hasAttribute('data-plain')) { // handed round: once, when nothing waits; what was kept then goes (handed.js)
    form.elements.csrf.value = document.querySelector('#act [name=csrf]').value;
    const waits = taps().length || document.querySelector('[aria-busy]') || drafts().some(waiting);
    if (!waits && !busy.has(form)) {
      setTimeout(() => busy.delete(form), 5000);
      return busy.add(form);
    }
    event.preventDefault();
    if (waits) note(form.dataset.plain, 1);
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
  button.dataset.cSure = 'at' + button.value;
  button.ariaDisabled = 'true';
  setTimeout(() => {
    button.ariaDisabled = null;
  }, 600);
  question(button);
  asked.set(button, setTimeout(() => {
    delete button.dataset.cSure;
    question(button);
  }, 10000));
  return true;
}

function question(button) { // drawn again while it asks, a button goes on asking; in another step it asks anew
  const label = button.querySelector('span,b') || button,
    word = label.textContent,
    d = button.dataset;
  if (d.sure && d.cSure === 'at' + button.value) {
    if (word !== d.sure) d.cWord = word;
    label.textContent = d.sure;
    return;
  }
  delete d.cSure;
  if (word === d.sure) label.textContent = d.cWord;
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

// The composer is personal and typed in: it is swapped only when it is about something else. What others wrote in a field
// of all comes into that field alone
window.kringKeep = text => {
  const here = document.querySelector('#composer > [data-key]')?.dataset.key;
  const part = /<hx-partial hx-target="#composer"[\s\S]*?<\/hx-partial>/.exec(text);
  if (!part?.[0].includes(`data-key="${here}"`)) return text;
  const heard = /data-heard="([^"]*)"/.exec(part[0])?.[1];
  if (heard) document.querySelector('[data-heard]').dataset.heard = heard;
  for (const [, id, newest, n] of part[0].matchAll(/id="(f\.text\.[^"]*)" data-newest="([^"]*)"[^]*?"versions" value="(\d+)/g)) {
    const form = document.getElementById(id);
    if (!form) continue;
    form.dataset.cVersions = n;
    form.dataset.newest = newest;
    versions(form);
  }
  return text.replace(part[0], '');
};
document.addEventListener('focusout', e => e.target.form && versions(e.target.form));

const aids = {
  hint: '.write,[data-hint]',
  carry: '.write,.done,[data-carry]',
  left: 'main'
};
const fetched = {};

function fresh() {
  if (document.querySelector('[data-outside]'))
    for (const k of keys('d.')) drop(k); // who is outside keeps nothing of this case
  for (const form of drafts()) { // a swap may have drawn what the server knows over what was written since
    if (form.dataset.cReady && (busy.has(form) || form.contains(document.activeElement) || !differs(form))) continue;
    restore(form, form.dataset.cReady);
    form.dataset.cReady = '1';
  }
  for (const form of document.querySelectorAll('[data-fetch]')) import(form.dataset.fetch).then(m => m.default(
    form), () => {
      // plain fields do too
    });
  // What aids comes a while after the page, for everybody alike: fetched at the first letter, it would tell who writes
  for (const name in aids)
    if (document.querySelector(aids[name])) fetched[name] ||= setTimeout(() => import(say[name]).then(m => m.default({
      box,
      drafts,
      keys,
      parse,
      read,
      store
    }), () => {
      fetched[name] = 0;
    }), 2500);
  document.querySelectorAll('[data-c-sure]').forEach(question);
  for (const el of document.querySelectorAll('[data-limit]')) room(el);
  notes();
  mark();
}

function notes() {
  for (const el of document.querySelectorAll('[data-note]'))
    if (document.hidden || el !== document.activeElement) el.value = read('n.' + el.dataset.note) ?? '';
}

document.addEventListener('kring:over', () => {
  for (const k of keys('')) drop(k);
}); // erased there is erased here
document.addEventListener('kring:frame', e => {
  if (e.detail.reconnected) drafts().forEach(f => resend(f));
  if (taps().length) flush();
  fresh();
});
addEventListener('storage', e => { // what waits in one tab stands in the others: written on there, it is the same text
  for (const f of drafts())
    if (e.key === box + 'd.' + f.dataset.draft && !timers.has(f) && waiting(f)) restore(f);
  notes(); // and one note is one note
});
if (body.hasAttribute('data-wipe'))
  for (const k of keys(''))
    if (k[0] !== 'n') drop(k);
const device = () => import(say.device).catch(() => {}); // what this device does for who holds it
if (keys('o.').length) device();
document.addEventListener('toggle', e => e.target.matches('[data-c-menu]') && device(), true);
if (body.dataset.role === 'screen') document.addEventListener('pointerdown', device);
fresh();
if (taps().length) flush();
