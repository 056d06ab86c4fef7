// Names. Sure are a title with a name, a given name of this list, and what somebody is called right after what they are
// ("collega Oumaima") or right before what people do ("dat Oumaima zegt"); a capital alone may be a town or a firm.
const GIVEN =
  'Jan Piet Kees Henk Willem Wim Hans Peter Paul Erik Eric Frank Rob Bert Bart Tom Tim Thomas Marc Martin Maarten Jeroen Joost Jasper Daan Lucas Luuk Lars Bram Ruben Stijn Niels Wouter Pieter Koen Dirk Luc Filip Geert Karel Joris Jelle Sven Dennis Kevin Mike Rick Ahmed Mohamed Mohammed Youssef Yusuf Ali Hassan Omar Mehmet Mustafa Ibrahim Bilal Anna Anne Anneke Anja Annelies Maria Marie Marieke Marijke Marloes Marjan Monique Mieke Ingrid Ilse Inge Els Ellen Esther Eva Emma Femke Fleur Julia Lisa Lotte Laura Linda Karin Karen Kim Saskia Sandra Sanne Sara Sarah Sofie Sophie Tessa Wendy Yvonne Petra Patricia Nathalie Nicole Manon Merel Iris Irene Hanneke Heleen Judith Fatima Fatma Aicha Samira Naima Leila Layla Zeynep Elif Ayse Khadija Noor Yasmina Priya Agnieszka John James David Michael Robert William Richard Joseph Charles Daniel Matthew Andrew Steven Stephen Brian George Edward Jason Ryan Jacob Gary Nick Jonathan Justin Brandon Samuel Greg Alex Adam Simon Chris Mary Jennifer Elizabeth Susan Jessica Nancy Margaret Ashley Emily Michelle Carol Amanda Melissa Stephanie Rebecca Sharon Kathleen Amy Angela Brenda Pamela Helen Samantha Katherine Christine Rachel Janet Catherine Diane Julie Joyce Kelly Lauren Megan Olivia Hannah Kate Lucy Alice Jane'
  .replaceAll(' ', '|'),
  CALLED = "(?!Nederlands|Engels|Duits|Dutch|English|German|French)\\p{Lu}\\p{Ll}[\\p{L}-]*",
  FULL = `(?:(?:(?: van| de| der| den| ten| ter| el| von){0,2}) ${CALLED})?`,
  look = text => new RegExp(`(?<![\\p{L}@.])${text}(?![\\p{L}@])`, 'gu'),
  address = /[^\s@,;:]+@[^\s@]+\.\p{L}{2,}/gu,
  number = /\+?\d[\d ()./-]{7,}\d/g,
  titled = look(`(?:[Mm](?:eneer|evrouw|ijnheer|evr|w|r|rs|s|iss|eester|adam)|[Dd](?:hr|r|okter)|[Jj]uf(?:frouw|f)?|[Zz]uster)\\.?(?: van| de| der| den)* ${CALLED}(?: ${CALLED})?`),
  known = look(`(?:${GIVEN})(s|['’]s)?(?![\\p{L}])${FULL}`),
  related = look(`((?:[Cc]olleg[ao]|[Ll]eerling|[Cc]liënt|[Pp]atiënt|[Tt]eamleid(?:er|ster)|[Ss]tagiaire?|zoon|dochter|moeder|vader|zus|broer|man|vrouw|vriend(?:in)?|baas|chef|directeur|[Cc]olleague|client|patient|pupil|student|manager|boss|son|daughter|mother|father|sister|brother|husband|wife|friend) )(${CALLED}${FULL})`),
  acting = look(`(?<= \\p{Ll}+,? )${CALLED}(?= (?:zei|zegt|vindt|vond|belt|belde|mailt|vraagt|vroeg|denkt|dacht|huilt|reageert|reageerde|says|said|thinks|thought|asks|asked|feels|felt|told|cried) )`);

// What may point at somebody: null, or {kind: name or number, found, instead, text: all of it without}
export function named(text, page) {
  const nl = language(text, page) === 'nl',
    person = nl ? ['mijn collega', 'een andere collega'] : ['my colleague', 'another colleague'],
    first = (shape, fits = () => true) => [...text.matchAll(shape)].find(m => fits(m[0])),
    long = n => n.replace(/\D/g, '').length > 8; // longer than a date
  let m, kind = 'name',
    instead = person[Number(text.toLowerCase().includes(person[0]))];
  if ((m = first(address))) [kind, instead] = ['number', nl ? 'een adres' : 'an address'];
  else if ((m = first(number, long))) [kind, instead] = ['number', nl ? 'een nummer' : 'a number'];
  else if ((m = first(related))) instead = m[1].trim();
  else if ((m = first(titled) || first(known) || first(acting)) && m[1]) instead += "'s";
  return m ? {
    kind,
    found: m[0],
    instead,
    text: text.replaceAll(m[0], (_, at) => /(^|[.!?]\s+)$/.test(text.slice(0, at)) ? instead[0].toUpperCase() + instead.slice(1) :
      instead)
  } : null;
}
