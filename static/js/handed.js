// The device went on to somebody else: only now what it kept goes, of who held it, of a case of one's own and of
// reports. What the person whose device it is wrote for later stays (localStorage).
const { handed } = document.querySelector('[data-handed]').dataset;
try {
  for (const k of Object.keys(sessionStorage))
    if (k.startsWith(`kring:${handed}:`) || k.startsWith('kring-reflectie:')) sessionStorage.removeItem(k);
} catch {
  /* storage is off: nothing was kept */ }
