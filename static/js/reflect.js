// The page with reports: the list, the one that is open, and what can be done with it. Every letter is kept at once
// (reports.js); the server hears of a report only when a file is asked for (reportfiles.js). The address says what is
// open, behind its #, which no server sees: #r=<id>, or #nieuw=<model>&datum=2026-12-02&titel=..., with which another
// page can begin one.
const one = (q, root = document) => root.querySelector(q),
  main = one('.reflect'),
  list = one('[data-list]'),
  editor = one('[data-editor]'),
  others = one('[data-others]'),
  undo = one('[data-undo]'),
  words = (el, text) => {
    if (el.getAttribute('role') !== 'status') el.hidden = !text; // what is read aloud must be there before its words
    (one('span', el) || el).textContent = text || '';
  };
let open = '', // the report in the editor
  model = null,
  gone = null; // what was erased last, for whoever wants it back

const templates = [...document.querySelectorAll('[data-model]')];

function modelOf(id) {
  const found = templates.find(t => t.dataset.model === id) || templates[0];
  return {
    id: found.dataset.model,
    name: found.dataset.name,
    use: found.dataset.use,
    template: found,
    parts: [...found.content.querySelectorAll('[data-part]')].map(el => ({
      id: el.dataset.part,
      name: el.dataset.name
    }))
  };
}

function ring(of, parts) { // its places, taken as far as something is written there
  const svg = one('svg', of.template.content).cloneNode(true);
  of.parts.forEach((part, i) => one('.i' + i, svg).classList.toggle('full', !!parts[part.id]?.trim()));
  return svg;
}

function line(report) {
  const item = one('[data-item]').content.cloneNode(true),
    of = modelOf(report.model),
    a = one('a', item);
  a.href = '#r=' + report.id;
  if (report.id === open) a.setAttribute('aria-current', 'true');
  one('[data-ring]', item).replaceChildren(ring(of, report.parts));
  one('b', item).textContent = report.title || say.untitled;
  one('small', item).textContent = [dayOf(report.day), of.name].filter(Boolean).join(' · ');
  return item;
}

function draw() {
  const all = reports(),
    held = document.activeElement.closest('.reports a')?.hash;
  one('ul', list).replaceChildren(...all.map(line));
  if (held) one(`a[href="${held}"]`, list)?.focus();
  one('[data-none]', list).hidden = all.length > 0;
  list.hidden = false;
  if (!others) return;
  others.hidden = !here;
  one('input', others).checked = shared();
  const left = shared() ? reports(here).length : 0;
  words(one('[data-left]', others), left && (left === 1 ? say.one : say.more.replace('{n}', left)));
}

const values = () => ({
  ...read(open),
  model: model.id,
  title: editor.elements.title.value.trim(),
  day: editor.elements.day.value,
  parts: {
    ...read(open)?.parts,
    ...Object.fromEntries(model.parts.map(part => [part.id, editor.elements['part-' + part.id].value]))
  }
});

function keep() {
  const report = {
      ...values(),
      at: Date.now()
    },
    ok = write(open, report);
  words(one('[data-saved]'), ok && (shared() ? say.tab : say.kept));
  words(one('[data-wrong]'), ok ? '' : say.full);
  one('[data-ring]', editor).replaceChildren(ring(model, report.parts));
  if (ok && location.hash !== '#r=' + open) history.replaceState(null, '', '#r=' + open);
  draw();
}

function fill(report, aside) { // aside: the field somebody is in keeps what they type
  const texts = Object.fromEntries(model.parts.map(part => ['part-' + part.id, report.parts[part.id]]));
  for (const [name, text] of Object.entries({
      title: report.title,
      day: report.day,
      ...texts
    }))
    if (editor.elements[name] !== aside) editor.elements[name].value = text || '';
  one('[data-ring]', editor).replaceChildren(ring(model, report.parts));
}

function edit(id, report) {
  open = id;
  model = modelOf(report.model);
  const fields = model.template.content.cloneNode(true);
  one('svg', fields).remove();
  one('[data-parts]').replaceChildren(fields);
  one('#model-h').textContent = model.name;
  one('[data-use]').textContent = model.use;
  fill(report);
  for (const el of ['[data-saved]', '[data-wrong]', '[data-said]', '[data-taken]']) words(one(el, editor), '');
  if (read(id)) words(one('[data-saved]'), shared() ? say.tab : say.kept);
  one('[data-by-hand]').hidden = true;
  one('[data-notes]').open = false;
  offer();
}

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function asked() { // what the address asks for: a report that is here, a new one, or nothing
  const said = new URLSearchParams(location.hash.slice(1)),
    id = said.get('r') || '',
    kind = said.get('nieuw');
  if (read(id)?.parts) return [id, read(id)];
  if (!templates.some(t => t.dataset.model === kind)) return null;
  const day = said.get('datum') || '';
  return [fresh(), {
    model: kind,
    title: (said.get('titel') || '').slice(0, 120),
    day: /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : today(),
    parts: {}
  }];
}

function show(moved) {
  const found = asked(),
    before = open;
  open = '';
  if (found) edit(...found);
  editor.hidden = !found;
  one('[data-models]').hidden = !!found;
  main.classList.toggle('open', !!found);
  if (found) words(undo, '');
  draw();
  if (!moved) return;
  if (found) one('#model-h').focus();
  else if (!undo.hidden) one('button', undo).focus();
  else(one(`a[href="#r=${before}"]`, list) || one('h1')).focus();
  scrollTo(0, 0);
}

function offer() { // own notes, each to go where its writer says; it is copied, and stays where it is
  const all = notes();
  one('[data-notes]').hidden = !all.length;
  one('[data-note-list]').replaceChildren(...all.map(text => {
    const row = one('[data-note]').content.cloneNode(true),
      where = one('select', row);
    one('blockquote', row).textContent = text;
    where.append(...model.parts.map(part => new Option(part.name, part.id)));
    one('button', row).onclick = () => {
      const field = editor.elements['part-' + where.value];
      field.value = [field.value.trim(), text.trim()].filter(Boolean).join('\n\n');
      keep();
      words(one('[data-taken]'), say.added.replace('{part}', where.selectedOptions[0].text));
    };
    return row;
  }));
}

async function file(button) {
  const word = button.textContent,
    report = values();
  if (button.getAttribute('aria-busy')) return;
  button.setAttribute('aria-busy', 'true');
  button.textContent = say.busy;
  const answer = await made(button.dataset.file, report, model);
  button.removeAttribute('aria-busy');
  button.textContent = word;
  if (typeof answer !== 'string') download(fileName(report, button.dataset.file), answer);
  words(one('[data-said]'), typeof answer === 'string' ? answer : say.saved);
}

async function copy() {
  const text = plainText(values(), model);
  try {
    await navigator.clipboard.writeText(text);
    words(one('[data-said]'), say.copied);
  } catch { // not allowed, or no HTTPS: by hand then
    const field = one('[data-by-hand]');
    field.hidden = false;
    one('textarea', field).value = text;
    one('textarea', field).select();
    words(one('[data-said]'), say.select);
  }
}

function erase() {
  gone = {
    id: open,
    report: read(open),
    where: place()
  };
  remove(open);
  words(undo, gone.report && say.erased.replace('{title}', gone.report.title || say.untitled));
  location.hash = '';
}

editor.addEventListener('input', e => e.target.closest('[data-parts], .about') && keep());
editor.addEventListener('submit', e => e.preventDefault());
one('[data-copy]').onclick = copy;
one('[data-markdown]').onclick = () => {
  download(fileName(values(), 'md'), new Blob([markdown(values(), model)], {
    type: 'text/markdown'
  }));
  words(one('[data-said]'), say.saved);
};
one('[data-remind]').onclick = () => download(say.file + '.ics', new Blob([calendar(editor.elements.day.value)], {
  type: 'text/calendar'
}));
for (const button of document.querySelectorAll('[data-file]')) button.onclick = () => file(button);
one('[data-erase]').onclick = erase;
one('button', undo).onclick = () => {
  write(gone.id, gone.report, gone.where);
  words(undo, '');
  draw();
  one(`a[href="#r=${gone.id}"]`, list)?.focus();
};
if (others) {
  one('input', others).onchange = e => {
    share(e.target.checked);
    if (!shared()) move(tab, here);
    location.hash = '';
    draw();
  };
  one('[data-left] button', others).onclick = () => {
    move(here, tab);
    draw();
    one('h1').focus();
  };
}
for (const link of document.querySelectorAll('[data-begin]')) link.hidden = false;
addEventListener('hashchange', () => show(true));
addEventListener('storage', e => { // another tab
  if (!e.key?.startsWith(BOX)) return;
  if (open && e.key === BOX + open && read(open)) fill(read(open), document.activeElement);
  draw();
});
show(false);
