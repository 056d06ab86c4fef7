// Choosing a method: what somebody is looking for, how many there are, and how long.
const SLACK = 2; // minutes: read or filled in a little later, no method is too long at once
const need = document.querySelector('[data-needs]'),
  select = need.querySelector('select'),
  found = document.querySelector('[data-found]'),
  fresh = document.querySelector('[data-new] input'),
  begins = document.querySelector('.create');
need.hidden = fresh.parentElement.hidden = false;

function wanted() { // what the form says that begins a circle; without an end there is time for all
  const left = document.querySelector('[data-left-words]'),
    end = begins.elements.until.value,
    [h, m] = end.split(':').map(Number),
    now = new Date(),
    minutes = end && (h * 60 + m - now.getHours() * 60 - now.getMinutes() + 1440) % 1440;
  left.textContent = minutes ? left.dataset.leftWords.replace('{n}', minutes) : '';
  return {
    people: Number(begins.elements.chairs.value),
    cases: begins.elements.cases.value,
    minutes: minutes ? minutes - left.dataset.around - left.dataset.followUp * begins.elements.followup.value : Infinity
  };
}

function circle() { // the same of a circle that goes on; where none does, anything fits
  const at = document.querySelector('[data-fit]')?.dataset;
  if (!at) return {};
  const now = window.kringNow(),
    next = Math.max(now, Number(at.next) || now + at.spare * 1000);
  return {
    people: Number(at.people),
    cases: at.cases,
    minutes: Number(at.ends) ? (at.ends - next) / 60000 - at.rest : Infinity
  };
}

// Where the time is short, the minutes of a method's steps are: by half at most (rooms/plan.py)
function fitted(d, cases, minutes) {
  const over = d['cases' + cases] - minutes,
    times = d.cases1 === d.cases2 ? 1 : Number(cases), // where all are the owner in turn, it is played once
    own = Math.floor(d.takes - over / times);
  return over <= SLACK ? '' : own < d.least - SLACK ? 'long' : Math.max(own, d.least);
}

function show() {
  let n = 0;
  const {
    people,
    cases,
    minutes
  } = begins ? wanted() : circle();
  for (const one of document.querySelectorAll('.method')) {
    const d = one.dataset,
      needs = d.for.split(' '),
      fits = (!select.value || needs.includes(select.value)) && !(fresh.checked && needs.includes('experienced'));
    one.hidden = !fits;
    n += fits;
    one.querySelector('.odd')?.toggleAttribute('hidden', !people || people >= d.min && people <= d.max);
    const tight = one.querySelector('.tight'),
      becomes = tight && people ? fitted(d, cases, minutes) : '';
    if (!tight) continue;
    one.querySelector('.long').hidden = becomes !== 'long';
    tight.textContent = becomes > 0 ? ', ' + tight.dataset.tight.replace('{n}', becomes) : '';
  }
  found.textContent = !select.value && !fresh.checked ? '' : n === 1 ? found.dataset.one : found.dataset.many.replace('{n}', n);
}
for (const one of begins ? [begins] : [select, fresh]) one.addEventListener('input', show);
for (const b of document.querySelectorAll('[data-step]')) b.addEventListener('click', () => setTimeout(show));
addEventListener('hashchange', show); // the chooser of the cockpit opens
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
document.addEventListener('kring:frame', e => {
  show();
  if (e.detail.moved) follow();
});
follow();
