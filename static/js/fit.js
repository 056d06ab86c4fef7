// On the big screen what lies open grows smaller until it fits, but not below what can be read from a chair. After that
// a card of a wall shows as many whole lines as it has room for, and of a board, which a person fills while all look on,
// the oldest cards make way; how many is said. Under a long rule the ring grows smaller.
const LEAST = .015, // of the width of the screen: 29 px of 1920
  SPOKEN = .023, // the question that is asked
  RING = .09;

export default function fit(canvas) {
  const side = canvas.querySelector('.right-side'),
    wall = side.querySelector('.wall'),
    ring = canvas.querySelector('.left-side .ring'),
    boards = [...side.querySelectorAll('.board')],
    over = () => side.scrollHeight > side.clientHeight + 1;
  for (const li of side.querySelectorAll('.wall>li')) li.style.setProperty('--rows', 99);
  for (const board of boards) whole(board);
  if (wall) wall.style.minHeight = wall.nextElementSibling ? '20vw' : ''; // two lines of each card, if there is room
  for (const part of side.querySelectorAll('.spoken')) part.style.fontSize = '';
  shrink([...boards, ...side.querySelectorAll('.said,.results,.outcome')], over);
  shrink([...side.querySelectorAll('.spoken')], over, SPOKEN);
  while (over() && makeWay(boards))
    for (const board of boards) board.dataset.more = say(board);
  if (wall && over()) wall.style.minHeight = '';
  if (wall) lay(wall);
  if (ring) round(canvas, ring);
}

function shrink(parts, over, share = LEAST) {
  for (const part of parts) part.style.fontSize = '';
  for (let small = true; small && over();) {
    small = false;
    for (const part of parts) {
      const size = parseFloat(getComputedStyle(part).fontSize),
        least = innerWidth * share;
      if (size < least + .1) continue;
      part.style.fontSize = Math.max(size * .96, least) + 'px';
      small = true;
    }
  }
}

const cards = list => [...list.children].filter(li => !li.hidden);
const say = board => {
  const gone = board.querySelectorAll('li[hidden]').length;
  return gone ? board.dataset.rest.replace('0', gone) : '';
};

function whole(board) {
  for (const li of board.querySelectorAll('li[hidden]')) li.hidden = false;
  delete board.dataset.more;
}

function makeWay(boards) { // out of the list that reaches lowest; of a time line the last, for its order is its own
  const lists = boards.flatMap(board => board.matches('.line') ? board : [...board.querySelectorAll('ul')]),
    foot = list => cards(list).at(-1).getBoundingClientRect().bottom,
    long = lists.filter(list => cards(list).length > 1).sort((a, b) => foot(b) - foot(a))[0];
  if (!long) return false;
  cards(long).at(long.matches('.line') ? -1 : 0).hidden = true;
  return true;
}

function lay(wall) {
  const all = [...wall.children],
    over = () => all.some(li => li.scrollHeight > li.clientHeight + 1) || wall.scrollHeight > wall.clientHeight + 1;
  shrink([wall], over);
  if (over())
    for (const [li, bottom] of all.map(li => [li, li.getBoundingClientRect().bottom])) lines(li, bottom);
}

function lines(li, bottom) {
  const p = li.querySelector('p'),
    tags = p.querySelector('.tags'),
    px = (el, what) => parseFloat(getComputedStyle(el)[what]);
  let top = p.getBoundingClientRect().top;
  if (tags && getComputedStyle(tags).display !== 'inline') // above the text
    top = tags.getBoundingClientRect().bottom + px(tags, 'marginBottom');
  li.style.setProperty('--rows', Math.max(1, Math.floor((bottom - px(li, 'paddingBottom') - top + 2) / px(p, 'lineHeight'))));
}

function round(canvas, ring) {
  ring.style.removeProperty('--ring');
  const foot = Math.max(...[...ring.parentElement.children].map(el => el.getBoundingClientRect().bottom)),
    over = foot - canvas.getBoundingClientRect().bottom,
    width = ring.getBoundingClientRect().width;
  if (over > 0) ring.style.setProperty('--ring', Math.max(width - over, innerWidth * RING) + 'px');
}

const again = () => document.querySelectorAll('.canvas[data-fetch]').forEach(fit);
addEventListener('resize', again);
document.fonts.ready.then(again);
