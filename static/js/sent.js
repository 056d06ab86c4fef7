// How an act is sent: once, again while the line is away, and what is said when it is refused.
const busy = new WeakSet(),
  final = answer => answer && answer.status < 500 && ![408, 429].includes(answer.status);
// What is sent has arrived when Kring says so: a captive portal, or a login before the server, answers 200 as well, and
// the text would be thrown away. Kring itself sends on only who leaves; `to` is the act's own address.
const ours = (answer, to) => answer.headers.has('X-Kring') &&
  (!answer.redirected || answer.url === location.origin + (/forget$/.test(to) ? '/' : /erase$/.test(to) && '/gewist'));
const words = async answer => await answer?.text().catch(() => '') || say.lost;
async function post(act, data, pad) { // Kring's answer, or nothing: the line is away, or something else answers on it
  let to = act;
  data.set('csrf', document.querySelector('#act [name=csrf]').value);
  if (pad) { // which act it is stands inside as well: an address has a length of its own
    data.set('verb', to.split('/').pop());
    data.set('pad', 'x'.repeat(-(data.toString().length + 5) & 8191)); // the longest that is taken is one step long
    to = to.replace(/[^/]+$/, 'own');
  }
  try {
    const answer = await fetch(to, {
      method: 'POST',
      body: data,
      headers: {
        'X-Kring': '1'
      },
      signal: AbortSignal.timeout(12000)
    });
    if (ours(answer, act)) return answer;
  } catch {}
}
async function send(form, button, n = 0) {
  const draft = form.dataset.draft && !button?.hasAttribute('formaction') ? 'd.' + form.dataset.draft : '';
  const target = button?.getAttribute('formaction') || form.getAttribute('action'),
    data = new URLSearchParams();
  for (const [k, v] of new FormData(form, button && button.name ? button : undefined))
    if (k !== 'csrf') data.append(k, v);
  if (form.id !== 'act' && button?.hasAttribute('formaction')) // what is in the fields stays here
    for (const el of form.querySelectorAll('textarea,:checked')) data.delete(el.name);
  const pad = form.hasAttribute('data-pad') || !!button?.hasAttribute('data-pad');
  if (!draft) return tap(form, button, target, data, pad);
  if (busy.has(form)) return; // a second click while the first is under way
  busy.add(form);
  button?.setAttribute('aria-busy', 'true');
  const before = JSON.stringify(values(form)),
    kept = read(draft);
  if (data.has('op')) data.set('op', kept?.op || random());
  if (data.has('rev')) data.set('rev', Math.max(data.get('rev'), (kept?.rev || 0) + 1));
  const again = kept?.queued && JSON.stringify(kept.values) === before,
    order = !pad && !standing.test(target) ? {} : again && kept.nth ? {
      seen: kept.seen,
      nth: kept.nth
    } : count(target, data);
  for (const k in order) data.set(k, order[k]);
  save(draft, {
    op: data.get('op') || random(),
    ...kept,
    ...order,
    values: values(form),
    at: Date.now(),
    rev: +data.get('rev')
  });
  const answer = await post(target, data, pad);
  busy.delete(form);
  button?.removeAttribute('aria-busy');
  if (answer?.ok) {
    for (const name of ['rev', 'versions']) // the page's own fields stay while somebody may be typing in them
      if (data.has(name) && form.elements[name]) form.elements[name].value = +data.get(name) + 1;
    return done(form, draft, before, answer);
  }
  if (final(answer)) save(draft, { // what is refused may be another text than went with its id
    ...read(draft),
    op: random()
  });
  if (final(answer) || !save(draft, {
      ...read(draft),
      queued: true
    })) return refused(form, draft, await words(answer));
  queued(form, true);
  later(form, n);
  away(answer);
}

// Taps: kept first and sent in order, so that neither a dead line nor a closed tab loses one. What means the same
// later waits for as long as its step lasts; anything else, a facilitator's move for one, half a minute.
const lasting =
  /\/(agree|where|early|nothing|again|may-show|small|take-back|not-chosen|answer|rather-not|it-is-me|say-yes|ask|done|pick|rate|skip-evaluation|allow-report|owner-says)$/;
const from = new Map(),
  taps = () => keys('t.').sort();
let sending = false,
  soon = 0;

function tap(form, button, to, data, pad) {
  data.delete('op');
  const same = to + '?' + data,
    last = taps().at(-1);
  if (!last || read(last)?.same !== same) { // a double tap is one
    data.set('op', random());
    const counted = pad || standing.test(to),
      order = counted ? count(to, data) : {
        seen: moment()
      };
    if (counted)
      for (const k in order) data.set(k, order[k]);
    const key = 't.' + Date.now() + random();
    from.set(key, {
      form,
      button
    });
    save(key, {
      same,
      to,
      data: data.toString(),
      pad,
      at: Date.now(),
      seen: order.seen
    });
    button?.setAttribute('aria-busy', 'true');
  }
  return flush();
}
async function flush(n = 0) {
  if (sending) return;
  clearTimeout(soon);
  sending = true;
  let gone = ''; // what was not done stays said, whatever comes after it
  for (let key;
    (key = taps()[0]);) {
    const one = read(key),
      {
        form,
        button
      } = from.get(key) || {},
      data = new URLSearchParams(one.data),
      lasts = lasting.test(one.to) && !loose.has(key);
    let answer = null,
      text = say.lost;
    if (Date.now() - one.at < (lasts ? 864e5 : 3e4)) {
      if (!form || one.late) data.set('seen', one.seen); // the step may have changed: then the rules say so
      if (/\/(forget|erase)$/.test(one.to)) leaving(location.pathname.split('/')[2]);
      answer = await post(one.to, data, one.pad);
      if (!final(answer)) {
        button?.removeAttribute('aria-busy');
        save(key, {
          ...one,
          late: 1
        });
        note(lasts ? say.kept : say.soon);
        away(answer);
        soon = setTimeout(flush, Math.min(9000, 700 * 2 ** n) * (0.5 + Math.random() / 2), n + 1);
        break;
      }
      text = answer.ok ? '' : await words(answer);
    }
    button?.removeAttribute('aria-busy');
    drop(key);
    from.delete(key);
    gone = text || gone;
    if (answer?.ok) done(form, '', '', answer);
    else if (form?.isConnected) refused(form, '', text);
    else leaving('');
  }
  if (gone && said.textContent !== gone) note(gone, 1);
  sending = false;
  mark();
}

function mark() { // on the button whose tap waits, of neighbours the last one; a morph leaves data-c- alone
  const waiting = taps().map(read),
    clear = root => {
      for (const b of root.querySelectorAll('[data-c-waits]')) delete b.dataset.cWaits;
    };
  clear(document);
  if (waiting[0]?.late)
    for (const {
        to,
        data
      }
      of waiting)
      for (const b of document.querySelectorAll(`[formaction="${to}"],[action="${to}"] button`))
        if (!b.name || new URLSearchParams(data).get(b.name) === b.value) {
          clear(b.parentElement);
          b.dataset.cWaits = say.mark;
        }
}
async function away(answer) {
  if (answer) note(await words(answer), 1);
} // our store cannot write, and says so
function done(form, draft, before, answer) {
  said.replaceChildren();
  if (draft) {
    if (JSON.stringify(values(form)) !== before && form.isConnected) {
      keep(form);
      queued(form, false);
      return;
    } // edited meanwhile: the edit stays
    drop(draft);
    queued(form, false);
    versions(form);
    if (form.querySelector('[name=op]')) form.reset();
    document.getElementById(form.id)?.closest('details')?.removeAttribute('open'); // the form, or the one that took its place
  }
  if (form?.dataset.close) location.hash = '';
  if (answer.redirected) location.assign(`${answer.url}#weg=${location.pathname.split('/')[2]}`);
}

// Who stands up or erases goes on to the page that clears what was kept: the line that ends meanwhile must not turn this
// page away (live.js), for then its cookie is gone already. What is kept for a next time goes with the server's yes (join.js)
function leaving(room) {
  if (room) body.dataset.cLeaves = '1';
  else delete body.dataset.cLeaves;
  try {
    sessionStorage.setItem('kring-left', room);
  } catch {
    // storage is off
  }
}

// How many texts were seen. What another wrote since comes into a field that holds nothing of its own, once nobody is in
// it; otherwise it was not seen until a no says so.
function versions(form) {
  const d = form.dataset,
    {
      text,
      versions: seen
    } = form.elements;
  if (!(+d.cVersions > +seen?.value)) return;
  const free = document.activeElement !== text && !read('d.' + d.draft);
  if (free) text.value = decodeURIComponent(d.newest);
  if (free || text.ariaInvalid) seen.value = d.cVersions;
}

function refused(form, draft, text) {
  if (form.dataset.cVersions) form.elements.versions.value = form.dataset.cVersions;
  leaving('');
  if (draft) save(draft, {
    ...read(draft),
    queued: false
  });
  queued(form, false);
  const field = form.id === 'act' ? null : form.querySelector('textarea,input:not([type=hidden])');
  note(text, 1);
  if (field) {
    said.firstElementChild.id = 'said-text';
    field.setAttribute('aria-describedby', 'said-text');
    field.setAttribute('aria-invalid', 'true');
  }
}

function note(text, wrong) {
  const p = document.createElement('p');
  p.className = wrong ? 'note wrong' : 'note look';
  p.textContent = text;
  said.replaceChildren(p);
}
