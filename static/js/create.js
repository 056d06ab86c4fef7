// The page that begins a circle: chairs as you press plus. What fits them and the time is in methods.js.
document.querySelector('[name=zone]').value = Intl.DateTimeFormat().resolvedOptions().timeZone;
const chairs = document.querySelector('[name=chairs]'),
  ring = document.querySelector('.seats');

function sit() {
  const n = Math.max(2, Math.min(30, Number(chairs.value) || 2));
  ring.setAttribute('class', 'seats n' + n);
  ring.querySelectorAll('.chair').forEach((c, i) => c.classList.toggle('off', i >= n));
}
for (const b of document.querySelectorAll('[data-step]')) b.addEventListener('click', () => {
  chairs.value = Math.max(2, Math.min(5000, Number(chairs.value) + Number(b.dataset.step)));
  sit();
});
chairs.addEventListener('input', sit);
sit();
let sent = 0; // a double tap begins one circle
document.querySelector('form.create').addEventListener('submit', e => {
  if (Date.now() - sent < 5000) e.preventDefault();
  else sent = Date.now();
});
addEventListener('pageshow', () => {
  sent = 0;
});
