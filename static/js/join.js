// The join page: the code from the link's fragment, and a dash in the right place. And what a device kept of a room
// that is gone from it goes, also on plain HTTP, where a browser does not listen to Clear-Site-Data.
const gone = document.querySelector('[data-gone]')?.dataset.gone;
const told = /^#weg=(\w+)$/.exec(location.hash)?.[1];
// a case kept for a next time goes only with who stood up or erased here, in this tab (sent.js), unless it shall stay
// (carry.js); `room` is where it was last seen. A link that anybody can make takes nothing
const carried = (gone) => {
  const one = JSON.parse(localStorage.getItem('kring-case') || '{}');
  if (one.room === gone && one.stay !== gone) localStorage.removeItem('kring-case');
};
const drop = (gone) => {
  try {
    for (const s of [localStorage, sessionStorage])
      for (const k of Object.keys(s))
        if (k.startsWith(`kring:${gone}:`)) s.removeItem(k);
    if (sessionStorage.getItem('kring-left') === gone) carried(gone);
  } catch {
    /* storage is off: nothing was kept */ }
};
if (gone) drop(gone);
if (told) {
  history.replaceState(null, '', location.pathname);
  // anybody can make such a link: what is kept goes only where the server knows this device no more
  fetch(`/r/${told}`).then((answer) => answer.ok || answer.status > 499 || drop(told), () => 0);
}
const field = document.querySelector('[name=code]');
if (field) {
  const tidy = () => {
    const s = field.value.toUpperCase().replace(/[^0-9A-Z]/g, '').slice(0, 8);
    field.value = s.length > 4 ? s.slice(0, 4) + '-' + s.slice(4) : s;
  };
  field.addEventListener('input', () => {
    if (field.selectionStart === field.value.length) tidy();
  });
  field.addEventListener('blur', tidy);
  const linked = () => {
    const code = location.hash.slice(1);
    if (/^[0-9A-Za-z]{8}$/.test(code)) {
      field.value = code;
      tidy();
      history.replaceState(null, '', location.pathname);
      field.form.requestSubmit();
    }
  };
  addEventListener('hashchange', linked);
  linked();
}
const key = document.querySelector('[data-key-form]'),
  secret = /key=([\w-]{19,})/.exec(location.hash); // a group's has nineteen characters, a room's more
if (key && secret) {
  history.replaceState(null, '', location.pathname);
  key.elements.key.value = secret[1];
  key.submit();
}
if (document.querySelector('[data-pairing]')) setInterval(async () => {
  const a = await fetch('/scherm', {
    headers: {
      'X-Kring': '1'
    }
  }).catch(() => null);
  if (a?.redirected) location.assign(a.url);
  else if (a?.status === 409) document.querySelector('[data-pairing]').textContent = await a.text();
  else if (a?.ok && a.status !== 204) location.reload();
}, 2000);
