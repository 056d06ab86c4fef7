// A report as text, as a file, and as a line in a calendar. `parts` are the model's: id and name, in their order.
const dayOf = day => /^\d{4}-\d\d-\d\d$/.test(day) && new Date(day + 'T12:00').toLocaleDateString(document.documentElement.lang, {
  day: 'numeric',
  month: 'long',
  year: 'numeric'
});

function inWords(report, model, mark) { // mark: what stands before a heading of a level
  const under = [dayOf(report.day), model.name].filter(Boolean).join(' · '),
    told = model.parts.filter(part => report.parts[part.id]?.trim());
  return [mark(1) + (report.title || say.untitled), under, ...told.flatMap(part => [mark(2) + part.name, report.parts[part.id]
    .trim()
  ])].join('\n\n') + '\n';
}
const markdown = (report, model) => inWords(report, model, level => '#'.repeat(level) + ' ');
const plainText = (report, model) => inWords(report, model, () => '');
const fileName = (report, kind) => [say.file, report.day].filter(Boolean).join('-') + '.' + kind;

function download(name, blob) {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(blob);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60000);
}

async function made(kind, report, model) { // the server's file, or the sentence that says why not
  const data = new URLSearchParams({
    model: report.model,
    title: report.title,
    day: report.day
  });
  for (const part of model.parts) data.set('part-' + part.id, report.parts[part.id] || '');
  const long = data.toString().length + 5, // who watches the line learns a step of this ladder, and not how much it is
    step = [16384, 32768, 65536, 131072, 196608].find(n => n >= long) || long;
  data.set('pad', 'x'.repeat(step - long));
  try {
    const answer = await fetch('/reflectie/' + kind, {
      method: 'POST',
      headers: {
        'X-Kring': '1'
      },
      body: data
    });
    if (!answer.headers.get('x-kring')) return say.away; // a proxy or a captive portal
    return answer.ok ? await answer.blob() : await answer.text();
  } catch {
    return say.away;
  }
}

// Two days after the meeting at nine: 24 to 48 hours later, whenever on its day it ended. For one of long ago: tomorrow
function reminder(day) {
  let at = new Date(`${day}T09:00`);
  at.setDate(at.getDate() + 2);
  if (!(at > Date.now())) {
    at = new Date();
    at.setDate(at.getDate() + 1);
    at.setHours(9, 0, 0, 0);
  }
  return at;
}
const two = n => String(n).padStart(2, '0');
const clock = at => `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}T${two(at.getHours())}${two(at.getMinutes())}00`;

function folded(line) { // a line of a calendar has 75 bytes; no letter is cut in two
  const out = [''];
  let size = 0;
  for (const letter of line) {
    const n = new TextEncoder().encode(letter).length;
    if (size + n > 74) {
      out.push(' ');
      size = 1;
    }
    out[out.length - 1] += letter;
    size += n;
  }
  return out.join('\r\n');
}

function calendar(day) { // nothing of the report is in it: a calendar is often somebody else's to read
  const words = text => text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n'),
    at = reminder(day),
    end = new Date(at.getTime() + 12e5),
    now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Kring//Reflectie//NL', 'BEGIN:VEVENT', `UID:${fresh()}@kring`,
    `DTSTAMP:${now}`, `DTSTART:${clock(at)}`, `DTEND:${clock(end)}`, `SUMMARY:${words(say.remind)}`,
    `DESCRIPTION:${words(say.remindMore.replace('{url}', location.origin + '/reflectie'))}`, 'CLASS:PRIVATE',
    'TRANSP:TRANSPARENT', 'BEGIN:VALARM', 'ACTION:DISPLAY', `DESCRIPTION:${words(say.remind)}`, 'TRIGGER:PT0M',
    'END:VALARM', 'END:VEVENT', 'END:VCALENDAR', ''
  ].map(folded).join('\r\n');
}
