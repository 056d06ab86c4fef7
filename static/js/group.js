// The time zone of whoever begins a group: its dates are in it.
for (const field of document.querySelectorAll('[data-zone]'))
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
