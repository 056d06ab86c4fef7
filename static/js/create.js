// The page that begins a circle: chairs as you press plus, and which methods fit the time.
document.querySelector('[name=zone]').value = Intl.DateTimeFormat().resolvedOptions().timeZone;
const chairs = document.querySelector('[name=chairs]'),
  ring = document.querySelector('.seats'),
  until = document.querySelector('[name=until]'),
  left = document.querySelector('[data-left-words]');

function sit() {
  const n = Math.max(2, Math.min(30, Number(chairs.value) || 2));
  ring.setAttribute('class', 'seats n' + n);
  ring.querySelectorAll('.chair').forEach((c, i) => c.classList.toggle('off', i >= n));
}
for (const b of document.querySelectorAll('[data-step]')) b.addEventListener('click', () => {
  chairs.value = Math.max(2, Math.min(30, Number(chairs.value) + Number(b.dataset.step)));
  sit();
});

function fits() {
  const [h, m] = until.value.split(':').map(Number), now = new Date(), minutes = until.value ? (h * 60 + m - now
    .getHours() * 60 - now.getMinutes() + 1440) % 1440 : 0;
  left.textContent = minutes ? left.dataset.leftWords.replace('{n}', minutes) : '';
  for (const one of document.querySelectorAll('[data-minutes]')) one.querySelector('.long').hidden = !minutes ||
    Number(one.dataset.minutes) + Number(left.dataset.around) <= minutes;
}
chairs.addEventListener('input', sit);
until.addEventListener('input', fits);
sit();
fits();
