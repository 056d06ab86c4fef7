// The ballot: three places per case instead of a number field. Fetched when a ballot is near.
export default function dots(form) {
  for (const input of form.querySelectorAll('[data-dots-field]')) {
    if (input.nextElementSibling) continue;
    const row = document.createElement('span');
    row.className = 'dots';
    const out = document.createElement('output');
    row.append(out);
    for (let i = 1; i <= most(form); i++) {
      const b = document.createElement('button');
      b.type = 'button';
      b.className = 'spot';
      b.tabIndex = -1;
      b.setAttribute('aria-hidden', 'true');
      b.onclick = () => {
        const now = Number(input.value);
        input.value = i <= now ? i - 1 : Math.min(i, now + leftOver(form));
        input.dispatchEvent(new Event('input', {
          bubbles: true
        }));
      };
      row.append(b);
    }
    input.classList.add('vh');
    input.after(row);
    input.addEventListener('input', () => {
      input.value = Math.max(0, Math.min(Number(input.value) || 0, Number(input.value) + leftOver(form)));
      show(form);
    });
  }
  show(form);
}
const most = form => Number(form.dataset.dotsMost || 3);
const leftOver = form => most(form) - [...form.querySelectorAll('[data-dots-field]')].reduce((n, i) => n + Number(i.value), 0);

function show(form) {
  for (const input of form.querySelectorAll('[data-dots-field]')) {
    const n = Number(input.value),
      row = input.nextElementSibling;
    row.querySelectorAll('.spot').forEach((b, i) => b.classList.toggle('placed', i < n));
    row.querySelector('output').textContent = n === 0 ? input.dataset.none : n === 1 ? input.dataset.one : input
      .dataset.many.replace('{n}', n);
  }
  const left = leftOver(form),
    line = form.querySelector('[data-dots-say]');
  line.textContent = left === 0 ? form.dataset.dotsNone : left === 1 ? form.dataset.dotsOne : form.dataset.dotsLeft
    .replace('{n}', left);
}
