// The reports on this device: where they lie and what is in them. One key each, so that two tabs undo nothing of one
// another. On a device that goes round, or that somebody says others use too, they lie in the tab only.
const BOX = 'kring-reflectie:',
  SHARED = BOX + 'gedeeld',
  lent = document.body.hasAttribute('data-lent'),
  here = area('localStorage'),
  tab = area('sessionStorage');

function area(name) {
  try {
    return window[name];
  } catch {
    return null; // storage is off
  }
}
const parsed = text => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
const shared = () => lent || here?.getItem(SHARED) === '1';
const place = () => shared() ? tab : here;

function share(yes) { // whether it could be kept
  try {
    if (yes) here.setItem(SHARED, '1');
    else here.removeItem(SHARED);
    return true;
  } catch {
    return false;
  }
}
const read = (id, where = place()) => parsed(where?.getItem(BOX + id) ?? null);

function write(id, report, where = place()) { // whether it could be kept
  try {
    where.setItem(BOX + id, JSON.stringify(report));
    return true;
  } catch {
    return false;
  }
}
const remove = (id, where = place()) => where?.removeItem(BOX + id);

function reports(where = place()) { // the newest first
  const found = Object.keys(where || {}).filter(k => /^kring-reflectie:[0-9a-f]{32}$/.test(k)).map(k => {
    const id = k.slice(BOX.length);
    return {
      ...read(id, where),
      id
    };
  });
  return found.filter(one => one.parts).sort((a, b) => `${b.day}${b.at}`.localeCompare(`${a.day}${a.at}`));
}

function move(from, to) { // what cannot be kept there stays where it is
  for (const {
      id,
      ...report
    } of reports(from))
    if (write(id, report, to)) remove(id, from);
}

function notes() { // own notes of rooms, kept by their pages (kept.js); of a device that is shared those of this tab
  const where = place(),
    found = Object.keys(where || {}).filter(k => /^kring:\w+:\w*:n\.note$/.test(k)).map(k => parsed(where.getItem(k)));
  return [...new Set(found.filter(text => typeof text === 'string' && text.trim()))];
}
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('');
