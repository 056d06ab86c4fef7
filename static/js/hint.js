// On the page. A hint comes when nobody has typed for a moment, and goes at once when the text is fine. `say` holds our
// sentences, put before this file in the language of the page (server/script.py). In the form that holds a case (.write)
// names are looked for; elsewhere `data-hint` says what: questions, or open where a closed question is a hint too, and
// `data-who` whose case it is.
const mine = new Map(), // by field: what stood there before something else was taken
  left = new Set(), // fields whose writer wants no hint
  key = field => `${field.form.id}.${field.name}`;
let timer = 0;

function seen(field) {
  const lang = document.documentElement.lang,
    what = field.form.dataset.hint;
  return /kept|later/.test(what) ? null : what ? question(field.value, lang, what === 'open') : named(field.value, lang);
}

function make(parent, tag, text, more) {
  const one = document.createElement(tag);
  parent.append(Object.assign(one, {
    textContent: text
  }, more));
  return one;
}

function box(field) { // there before it says anything, so that it is read aloud when it does
  const id = `h-${key(field)}`,
    there = document.getElementById(id);
  if (there) return there.parentElement;
  const one = document.createElement('div');
  make(one, 'div', '', {
    id,
    role: 'status'
  });
  field.closest('label').after(one);
  return clear(field);
}

function clear(field) {
  const one = box(field),
    said = one.firstChild,
    held = one.contains(document.activeElement),
    others = (field.getAttribute('aria-describedby') || '').split(' ').filter(id => id && id !== said.id);
  one.className = 'aid';
  one.replaceChildren(said);
  said.replaceChildren();
  delete one.dataset.shows;
  field.setAttribute('aria-describedby', others.join(' '));
  if (held) field.focus(); // the button that had it is gone
  return one;
}

function button(one, text, name, act) {
  make(one, 'button', text, {
    type: 'button',
    className: name,
    onclick: act,
    onmousedown: e => e.preventDefault() // the field keeps focus, and a phone its keyboard
  });
}

function put(field, text) {
  field.value = text;
  field.dispatchEvent(new Event('input', {
    bubbles: true
  }));
}

const own = () => document.body.hasAttribute('data-shared') ? sessionStorage : localStorage,
  later = () => `kring:${location.pathname.split('/')[2]}:${document.body.dataset.seat || ''}:d.later.`;

function store(text) { // among the drafts of steps that are over: the page offers those back (static/js/acts.js)
  try {
    own().setItem(later() + Date.now(), JSON.stringify({
      values: {
        text
      },
      at: Date.now()
    }));
  } catch {
    return false; // off, or full
  }
  again();
  return true;
}

function again() { // the page looks again at what lies on this device
  document.dispatchEvent(new CustomEvent('kring:frame', {
    detail: {}
  }));
}

function full(field) { // said until the next letter; the text stays
  const one = clear(field);
  one.className = 'aid note';
  one.dataset.shows = 'full';
  make(one.firstChild, 'p', say.full);
}

function offer() { // where advice is given: what was kept for it, one at a time, in the first empty field or a text of all
  const free = f => !f.value || f.form.elements.versions && f !== document.activeElement,
    field = [...document.querySelectorAll('[data-hint=kept] textarea')].find(f => free(f) && f.checkVisibility()),
    words = k => JSON.parse(own().getItem(k)).values.text.trim(),
    key = field && Object.keys(own()).filter(k => k.startsWith(later()) && !left.has(k) && words(k)).sort()[0];
  if (!key || box(field).dataset.shows) return;
  const one = clear(field),
    text = words(key);
  one.className = 'aid note';
  one.dataset.shows = 'kept';
  make(one.firstChild, 'p', say.kept);
  make(one.firstChild, 'q', text);
  button(one, say.here, 'quiet', () => {
    left.add(key);
    put(field, field.value ? `${field.value}\n${text}` : text); // its draft is kept now, and lies there in place of this
    clear(field);
    setTimeout(() => {
      own().removeItem(key);
      again();
    }, 3000);
  });
  button(one, say.leave, 'bare soft', () => {
    left.add(key);
    clear(field);
  });
}

function aside({
  target
}) { // where nothing is written: a thought for later, and the field is free for another
  const form = target.closest('[data-keep]')?.form,
    field = form?.elements.text;
  if (!field?.value.trim()) return field?.focus();
  if (!store(field.value)) return full(field);
  own().removeItem(later() + form.dataset.draft.replace('later.', '')); // it was kept letter by letter
  field.value = '';
  const one = clear(field);
  one.dataset.shows = 'saved';
  make(one.firstChild, 'p', say.saved);
  again();
}

function keeper(field, one) { // what is not for now lies on this device until there is room for it
  button(one, say.keep, 'bare', () => {
    if (!field.value.trim()) return clear(field); // sent meanwhile
    if (!store(field.value)) return full(field);
    put(field, '');
    clear(field);
  });
}

function quiet(field) { // no hint, or none that is wanted: who sees by oneself that it is advice keeps it as well
  if (!field.closest('.ask') || !field.value.trim()) return;
  const one = clear(field);
  one.dataset.shows = 'keep';
  keeper(field, one);
}

function show(field, hint) {
  const one = clear(field),
    said = one.firstChild,
    bulb = document.createElementNS('http://www.w3.org/2000/svg', 'svg'),
    names = 'text' in hint;
  one.className = 'aid note';
  one.dataset.shows = hint.kind + hint.instead;
  bulb.setAttribute('class', 'icon');
  bulb.setAttribute('viewBox', '0 0 24 24');
  bulb.setAttribute('aria-hidden', 'true');
  bulb.append(document.createElementNS(bulb.namespaceURI, 'path'));
  bulb.firstChild.setAttribute('d', 'M9 18h6M10 21h4M12 3a6 6 0 00-3.5 10.9V16h7v-2.1A6 6 0 0012 3z');
  said.append(bulb);
  const line = make(said, 'p', '');
  make(line, 'b', say[hint.kind]);
  line.append(` ${say[`${hint.kind}More`].replace('{name}', field.form.dataset.who)}`);
  if (!names) make(said, 'q', hint.instead, {
    lang: hint.lang
  });
  button(one, names ? hint.instead : say.use, names ? 'bare' : 'quiet', () => {
    mine.set(key(field), field.value);
    put(field, names ? hint.text : hint.instead);
    const undo = clear(field);
    undo.dataset.shows = 'back';
    button(undo, say.back, 'bare soft', () => {
      left.add(key(field));
      put(field, mine.get(key(field)));
      clear(field);
    });
  });
  if (hint.kind === A) keeper(field, one);
  button(one, say.leave, 'bare soft', () => {
    left.add(key(field));
    clear(field);
  });
  field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${said.id}`.trim());
}

export default function aid() {
  question('x'.repeat(12), document.documentElement.lang); // makes the shapes now, not while somebody types
  offer();
  document.addEventListener('kring:frame', offer);
  document.addEventListener('click', aside);
  document.addEventListener('input', ({
    target: field
  }) => {
    if (!field.matches('.write textarea,[data-hint] textarea')) return;
    const one = box(field);
    clearTimeout(timer);
    if (one.dataset.shows && !['back', field.value && 'keep'].includes(one.dataset.shows)) {
      const hint = seen(field);
      if (hint?.kind + hint?.instead !== one.dataset.shows) clear(field);
    }
    if (!left.has(key(field))) timer = setTimeout(() => {
      const hint = field.isConnected && seen(field),
        shows = field.isConnected && box(field).dataset.shows;
      if (hint && shows !== hint.kind + hint.instead) show(field, hint);
      else if (!hint && !shows) quiet(field);
    }, 800);
  });
}
