// Reflection reports of other meetings go only with who says so: the box is ticked where there are some. Without a script
// it stays ticked.
const box = document.querySelector('form[action$="/do/forget"] [name=keep]');
try {
  if (box) box.checked = [localStorage, sessionStorage].some(s => Object.keys(s).some(k => /^kring-reflectie:\w{32}$/.test(k)));
} catch {
  /* storage is off: nothing was kept */ }
