// A case for a next time. After the choice whoever wrote one may keep it on this device; in the write step of a later
// circle it is offered back. Nothing of it is sent or asked of the server. What stands closed on a screen is the same
// for everybody, so that a look at a neighbour's phone does not tell whose case was not chosen.
const KEY = 'kring-case',
  DAYS = 120, // a circle meets some four times a year
  FIELDS = ['situation', 'difficulty', 'question'];
const alias = location.pathname.split('/')[2],
  own = `kring:${alias}:${document.body.dataset.seat || ''}:own`;
const parse = text => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

function kept() { // what was kept; when its time is over it goes
  const one = parse(localStorage.getItem(KEY));
  if (one && one.until > Date.now()) return one;
  localStorage.removeItem(KEY);
  return null;
}
const put = one => localStorage.setItem(KEY, JSON.stringify(one));
const day = at => new Date(at).toLocaleDateString(document.documentElement.lang, {
  day: 'numeric',
  month: 'long',
  year: 'numeric'
});

function line(text, cls) {
  const p = document.createElement('p');
  p.textContent = text;
  if (cls) p.className = cls;
  return p;
}

function button(text, act) {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = 'quiet';
  b.textContent = text;
  b.onclick = act;
  return b;
}

function pair(...buttons) {
  const div = document.createElement('div');
  div.className = 'pair';
  div.append(...buttons);
  return div;
}

function offer(form) { // in the write step; closed, and with everybody, so that it does not tell who kept one
  if (form.dataset.cCarry) return;
  form.dataset.cCarry = '1';
  const card = document.createElement('details'),
    summary = document.createElement('summary'),
    here = document.createElement('div');
  const fill = () => {
    const one = kept();
    if (one && one.room !== alias) put({
      ...one,
      room: alias
    }); // the circle whose wiping takes it along
    here.replaceChildren(...(one ? [line(say.until.replace('{date}', day(one.until)), 'help'), pair(button(say.use, () => {
      for (const name of FIELDS) {
        const field = form.elements[name];
        field.value ||= one.texts[name] || ''; // what somebody typed stays
        field.dispatchEvent(new Event('input', {
          bubbles: true
        }));
      }
      card.open = false;
      form.querySelector('textarea').focus();
    }), button(say.drop, () => {
      localStorage.removeItem(KEY);
      fill();
      summary.focus();
    }))] : [line(say.nothing, 'help')]));
  };
  fill();
  card.className = 'card offer';
  summary.textContent = say.offer;
  card.append(summary, here);
  form.after(card); // it comes later than the form, and must not move it under a finger
}

function keeper(details) { // in the closing
  details.hidden = false;
  const one = kept(),
    mine = parse(sessionStorage.getItem(own)),
    again = () => keeper(details),
    here = details.querySelector('[data-carry-here]');
  const parts = [];
  if (one) parts.push(line(say.kept.replace('{question}', one.texts.question)), line(say.until.replace('{date}', day(one
    .until)), 'help'), pair(button(say.drop, () => {
    localStorage.removeItem(KEY);
    again();
  })));
  if (!mine) parts.push(line(say.none));
  else if (one?.texts.question !== mine.question) {
    const until = Date.now() + DAYS * 864e5;
    parts.push(line(mine.question), line(say.how.replace('{date}', day(until)), 'help'), button(say.keep, () => {
      put({
        texts: mine,
        until,
        room: alias
      });
      again();
    }));
  }
  here.replaceChildren(...parts);
  if (details.open && !here.contains(document.activeElement)) here.querySelector('button')?.focus();
}

function stays() { // reports of other meetings go only with who says so; where there are none, all goes unless asked
  const box = document.querySelector('[name=keep]:not([data-c-set])');
  if (!box) return;
  box.dataset.cSet = '1';
  box.checked = [localStorage, sessionStorage].some(s => Object.keys(s).some(k => /^kring-reflectie:\w{32}$/.test(k)));
}

function run() {
  stays();
  const laid = document.querySelector('blockquote.mine'),
    form = document.querySelector('form.write');
  if (laid) sessionStorage.setItem(own, JSON.stringify(Object.fromEntries([...laid.querySelectorAll('[data-own]')].map(e => [
    e.dataset.own, e.textContent.trim()
  ]))));
  if (form) offer(form);
  else document.querySelector('.offer')?.remove();
  for (const one of document.querySelectorAll('[data-carry]')) {
    if (one.localName === 'details' && one.hidden) keeper(one);
    one.hidden = false;
  }
  if (document.querySelector('[name=keep]')) sessionStorage.removeItem(own); // the circle is over
}
export default function carry() {
  if (document.body.hasAttribute('data-shared')) return; // a device that goes round keeps nothing of anybody
  try {
    kept();
  } catch {
    return; // storage is off
  }
  run();
  document.addEventListener('kring:frame', run);
  document.addEventListener('kring:over', () => sessionStorage.removeItem(own));
  document.addEventListener('submit', e => {
    const to = e.submitter?.getAttribute('formaction') || '';
    if (to.endsWith('/nothing')) sessionStorage.removeItem(own);
    if (!/\/(forget|erase)$/.test(to) || e.submitter.dataset.cSure) return;
    const one = kept(); // it goes, or stays, once the server said yes: then the page that comes does it (join.js)
    if (one) put({
      ...one,
      room: alias,
      stay: document.querySelector('[name=keep]')?.checked ? alias : ''
    });
  });
}
