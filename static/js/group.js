// The time zone of whoever begins a group: its dates are in it.
for (const field of document.querySelectorAll('[data-zone]'))
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
// On a narrow screen the road begins at the meeting that comes next.
const next = document.querySelector('.road .next');
if (next) {
  const road = next.closest('.scrolls');
  road.scrollLeft = next.offsetLeft + next.offsetWidth / 2 - road.clientWidth / 2;
}
