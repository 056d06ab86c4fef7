// How many words stand in a text that may have no more than so many. Fetched where a method asks for that.
export default function words(form) {
  form.oninput = () => show(form);
  show(form);
}

function show(form) {
  const line = form.querySelector('[data-words]'),
    most = Number(line.dataset.words),
    n = (form.querySelector('textarea').value.match(/\S+/g) || []).length;
  line.textContent = line.dataset.say.replace('{n}', n);
  line.classList.toggle('over', n > most);
}
