// What one device does for who holds it: a soft sound when the time of a step is up, and a screen that stays on. Fetched
// when somebody opens the menu, or chose one of the two before; on the big screen at the first tap. Kept on the device only.
const page = document.body,
  wall = page.dataset.role === 'screen',
  box = `kring:${location.pathname.split('/')[2]}:${page.dataset.seat || ''}:o.`,
  chosen = new Set(wall ? ['awake'] : []),
  rows = {};
let store, audio, lock = null;
try {
  store = page.hasAttribute('data-shared') ? sessionStorage : localStorage;
  for (const name of ['sound', 'awake'])
    if (store.getItem(box + name)) chosen.add(name);
} catch {
  store = null; /* storage is off: it holds for this page */ }

function choose(name) {
  const on = !chosen.delete(name);
  if (on) chosen.add(name);
  if (on) store?.setItem(box + name, '1');
  else store?.removeItem(box + name);
  if (name === 'awake') return on ? stay() : release();
  if (on) arm().then(chime); // so that one knows what to listen for
  draw();
}

// A browser lets a page be heard after somebody touched it
async function arm() {
  if (!chosen.has('sound')) return;
  audio ||= new AudioContext();
  await audio.resume();
}

function chime() {
  if (audio?.state !== 'running') return;
  const now = audio.currentTime,
    soft = audio.createGain();
  soft.gain.setValueAtTime(0, now);
  soft.gain.linearRampToValueAtTime(.1, now + .05);
  soft.gain.exponentialRampToValueAtTime(.0001, now + 1.8);
  soft.connect(audio.destination);
  const tone = audio.createOscillator();
  tone.frequency.value = 523;
  tone.connect(soft);
  tone.start(now);
  tone.stop(now + 1.8);
}

// The browser lets go of the lock whenever the page is out of sight
async function stay() {
  if (chosen.has('awake') && !document.hidden && !lock) try {
    lock = await navigator.wakeLock.request('screen');
    lock.addEventListener('release', () => {
      lock = null;
      draw();
    });
  } catch {
    /* a low battery, or a device that does not want to: the state says so */ }
  draw();
}

function release() {
  lock?.release();
  draw();
}

function row(name, state) {
  const button = rows[name] ||= made(name);
  button.ariaChecked = String(chosen.has(name));
  button.lastChild.data = state;
  return button;
}

function made(name) {
  const button = document.createElement('button'),
    title = document.createElement('b');
  button.id = 'o-' + name;
  button.type = 'button';
  button.className = 'row option';
  button.onclick = () => choose(name);
  button.setAttribute('role', 'switch');
  title.textContent = say[name];
  button.append(title, document.createTextNode(''));
  return button;
}

function draw() {
  if (wall) return told();
  const panel = document.querySelector('[data-c-menu] .panel'),
    column = panel?.classList.contains('two') ? panel.lastElementChild : panel;
  if (!column) return;
  const all = [row('sound', chosen.has('sound') ? say.on : say.off)];
  if (navigator.wakeLock) all.push(row('awake', !chosen.has('awake') ? say.off : lock ? say.on : say.wait));
  if (all.some(r => r.parentNode !== column)) column.append(...all);
}

function told() { // a big screen has no controls: a line for some seconds
  if (!lock) return;
  const line = document.createElement('p');
  line.className = 'awake';
  line.setAttribute('role', 'status');
  page.append(line);
  line.textContent = say.stays;
  setTimeout(() => line.remove(), 6000);
}

document.addEventListener('visibilitychange', stay);
document.addEventListener('kring:frame', () => wall || draw()); // a morph takes away what the server did not draw
document.addEventListener('kring:end', () => {
  if (document.hidden || !chosen.has('sound')) return;
  chime();
  navigator.vibrate?.(200); // beside the sound and the words, never alone
});
for (const touch of ['pointerdown', 'keydown']) document.addEventListener(touch, arm);
stay();
