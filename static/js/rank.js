// A ranking: tap in order, the first tap is place 1. Two buttons move a case up or down. Fetched when a ballot is near.
// The lists of places stay the fields that are sent; no card ever changes its place under a finger.
export default function rank(form) {
  for (const list of form.querySelectorAll('[data-place]')) {
    if (list.hidden) continue;
    list.hidden = true;
    list.parentElement.querySelector('span').hidden = true;
    const row = document.createElement('span'),
      about = list.closest('fieldset').querySelector('legend').textContent.trim();
    row.className = 'ranks';
    row.append(button('up', () => swap(form, list, -1)), button('down', () => swap(form, list, 1)), button('spot', () =>
      tap(form, list)));
    list.closest('label').after(row);
    row.dataset.about = about;
    list.addEventListener('input', () => show(form));
  }
  show(form);
}

function button(name, act) {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = 'bare ' + name;
  b.onclick = act;
  return b;
}
const lists = form => [...form.querySelectorAll('[data-place]')];
const at = (form, n) => lists(form).find(l => Number(l.value) === n);
const given = form => lists(form).filter(l => l.value).length;

function tap(form, list) {
  const n = Number(list.value);
  if (n) {
    list.value = '';
    for (const l of lists(form))
      if (Number(l.value) > n) l.value = String(l.value - 1);
  } else if (given(form) < Number(form.dataset.places)) list.value = String(given(form) + 1);
  changed(list);
}

function swap(form, list, by) {
  const n = Number(list.value),
    other = at(form, n + by);
  if (!other) return;
  other.value = String(n);
  list.value = String(n + by);
  changed(list);
}
const changed = list => list.dispatchEvent(new Event('input', {
  bubbles: true
}));

function show(form) {
  const count = given(form),
    all = Number(form.dataset.places),
    word = (b, text, about) => b.setAttribute('aria-label', `${text}: ${about}`);
  for (const list of lists(form)) {
    const n = Number(list.value),
      row = list.closest('label').nextElementSibling,
      [up, down, spot] = row.children;
    spot.textContent = n || '';
    spot.classList.toggle('placed', n > 0);
    spot.setAttribute('aria-disabled', String(!n && count >= all));
    word(spot, (n ? form.dataset.filled : form.dataset.empty).replace('{n}', n || Math.min(count + 1, all)), row.dataset
      .about);
    for (const [b, text, off] of [
        [up, form.dataset.up, n < 2],
        [down, form.dataset.down, n === count]
      ]) {
      b.hidden = !n;
      b.setAttribute('aria-disabled', String(off));
      b.textContent = b === up ? '↑' : '↓';
      word(b, text, row.dataset.about);
    }
  }
  const line = form.querySelector('[data-dots-say]'),
    text = count === all ? form.dataset.none : form.dataset.left.replace('{n}', count + 1);
  if (line.textContent !== text) line.textContent = text;
}
