// A button that prints the page; without a script there is the browser's own. Who came to print is asked at once.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
  if (location.hash === '#print' && button.dataset.print) addEventListener('load', () => print());
}
