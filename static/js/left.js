// What was left on this device: a text of a step that is over is offered back, never thrown away. Fetched a while after
// the page, by every page, so that it does not tell who has one.
export default function left(device) {
  run(device);
  document.addEventListener('kring:frame', () => run(device));
  sweep(device);
}

function run({
  drafts,
  keys,
  read
}) {
  const live = new Set(drafts().map(f => 'd.' + f.dataset.draft));
  const lost = keys('d.').filter(k => !live.has(k)).map(k => Object.values(read(k)?.values || {}).filter(t => t.trim))
    .filter(texts => texts.some(t => t.length > 3));
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
  box.replaceChildren(title, ...lost.map(texts => {
    const p = document.createElement('p');
    p.textContent = texts.join('\n');
    return p;
  }));
}

function sweep({
  box,
  parse,
  store
}) { // of every room: this device may never see some of them again
  for (let i = store.length; i--;) {
    const k = store.key(i);
    if (!/^kring:\w+:\w*:([dt]\.|qs?$)/.test(k) || k.startsWith(box + 't.')) continue;
    const at = parse(store.getItem(k))?.at;
    if (!(Date.now() - at < 864e5)) store.removeItem(k);
  }
}
