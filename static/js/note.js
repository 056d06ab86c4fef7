// An own note as a file. Fetched where a note is.
export default function note(section) {
  const button = section.querySelector('[data-note-save]');
  button.onclick = () => {
    const a = document.createElement('a');
    a.href = URL.createObjectURL(new Blob([section.querySelector('[data-note]').value], {
      type: 'text/plain'
    }));
    a.download = button.dataset.noteSave;
    a.click();
  };
}
