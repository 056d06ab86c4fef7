// A tally of the kinds of questions: marks on paper, no more. Fetched by who watches or leads, kept on the device
// beside the note: how often, never when.
export default function tally(form) {
  form.hidden = false;
  form.onclick = e => {
    const kind = e.target.closest('button')?.value;
    if (kind) keep(kind === 'undo' ? marks().slice(0, -1) : marks() + kind);
    if (kind) show(form);
  };
  show(form);
}
const page = document.body,
  key = `kring:${location.pathname.split('/')[2]}:${page.dataset.seat || ''}:n.tally`;
let loose = ''; // where storage is off, this page keeps them

function store() {
  try {
    return page.hasAttribute('data-shared') ? sessionStorage : localStorage;
  } catch {
    return null;
  }
}

function marks() {
  const kept = store()?.getItem(key);
  return kept ? JSON.parse(kept) : loose;
}

function keep(text) {
  loose = text;
  try {
    store()?.setItem(key, JSON.stringify(text));
  } catch {
    store()?.removeItem(key); // full: as where storage is off
  }
}

function show(form) {
  const now = marks();
  for (const out of form.querySelectorAll('output')) out.value = [...now].filter(m => m === out.dataset.kind).length;
  form.querySelector('[value=undo]').disabled = !now;
}
