// The page that checks a certificate. What its QR code leads to stands behind the #, which no server sees: it goes into
// the form. Of a file only that text is sent; the file itself stays on the device.
const form = document.querySelector('[data-check]'),
  field = form.elements.proof,
  file = form.querySelector('[type=file]'),
  none = document.querySelector('[data-none]'),
  MARK = /KRING1\.[A-Z2-7]{150,6000}/i,
  MOST = 20_000_000; // bytes of a file that are looked at: a certificate has some ten thousand

function linked() {
  if (!MARK.test(location.hash)) return;
  field.value = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  form.requestSubmit();
}

async function opened() {
  none.textContent = '';
  const chosen = file.files[0];
  if (!chosen) return;
  const bytes = await chosen.slice(0, MOST).arrayBuffer().catch(() => new ArrayBuffer(0)),
    found = MARK.exec(new TextDecoder('latin1').decode(bytes));
  if (found) {
    field.value = found[0];
    form.requestSubmit();
  } else none.textContent = none.dataset.none;
}

form.querySelector('[data-file]').hidden = false;
file.disabled = false;
file.addEventListener('change', opened);
addEventListener('hashchange', linked);
linked();
