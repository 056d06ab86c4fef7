// Planted for tools/rules.py: what a script of ours may not do. Never loaded.
// ruleid: no-html-from-a-script
link.innerHTML = name;
// ruleid: no-html-from-a-script
link.outerHTML = name;
// ruleid: no-html-from-a-script
link.insertAdjacentHTML('beforeend', name);
// ruleid: no-html-from-a-script
document.write(name);
// ruleid: no-html-from-a-script
eval(name);
// ruleid: no-html-from-a-script
const run = new Function(name);
// ruleid: no-html-from-a-script
setTimeout('send()', 1);
// ruleid: no-html-from-a-script
window.trustedTypes.createPolicy('mine', {});
// ruleid: no-html-from-a-script
link.setAttribute('onclick', name);
// ok: no-html-from-a-script
link.textContent = name;
// ok: no-html-from-a-script
link.setAttribute('aria-label', name);
// ok: no-html-from-a-script
setTimeout(send, 1);
// ruleid: nothing-is-fetched-from-others
fetch('https://example.org/count');
// ruleid: nothing-is-fetched-from-others
navigator.sendBeacon('/count');
// ok: nothing-is-fetched-from-others
fetch('/scherm');
