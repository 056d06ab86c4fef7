// Choosing a method: what somebody is looking for, how many there are, and how long.
const need = document.querySelector('[data-needs]'),
  select = need.querySelector('select'),
  found = document.querySelector('[data-found]'),
  chairs = document.querySelector('[name=chairs]');
need.hidden = false;

function show() {
  let n = 0;
  for (const one of document.querySelectorAll('.method')) {
    const fits = !select.value || one.dataset.for.split(' ').includes(select.value);
    one.hidden = !fits;
    n += fits;
    const people = Number(chairs?.value);
    const odd = one.querySelector('.odd');
    if (odd) odd.hidden = !people || people >= one.dataset.min && people <= one.dataset.max;
  }
  found.textContent = !select.value ? '' : n === 1 ? found.dataset.one : found.dataset.many.replace('{n}', n);
}
select.addEventListener('input', show);
chairs?.addEventListener('input', show);
for (const b of document.querySelectorAll('[data-step]')) b.addEventListener('click', () => setTimeout(show));
const file = document.querySelector('[data-own]');
if (file) {
  const text = document.querySelector('[name=own]');
  file.hidden = false;
  file.addEventListener('change', async () => {
    if (!file.files[0]) return;
    text.value = await file.files[0].text();
    document.querySelector('[name=method][value=own]').checked = true;
  });
  text.addEventListener('input', () => {
    document.querySelector('[name=method][value=own]').checked = true;
  });
}
show();
// A long method's agenda: the step of now is in view.
const agenda = document.getElementById('agenda');
const follow = () => agenda?.querySelector('[aria-current]')?.scrollIntoView({
  block: 'nearest'
});
document.addEventListener('kring:frame', e => e.detail.moved && follow());
follow();
