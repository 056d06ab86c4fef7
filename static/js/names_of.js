// The name hint (hint.js) on a page without a line: fetched by all who may write there, before anybody types.
import(document.body.dataset.names).then(m => m.default(), () => {
  // plain fields do too
});
