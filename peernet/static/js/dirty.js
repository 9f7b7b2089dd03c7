// Keeps typed text from being lost: leaving a page with an unsent form asks first. Forms that only search or that
// carry data-careless do not ask; a form that was just saved (see autosave.js) has nothing to lose.
const unsent = new Set();

for (const form of document.querySelectorAll("form[method=post]:not([data-careless])")) {
  form.addEventListener("input", () => unsent.add(form));
  form.addEventListener("saved", () => unsent.delete(form));
}

// A form on its way is no loss; one that confirm.js has held back stays unsent.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) unsent.clear();
});

window.addEventListener("beforeunload", (event) => {
  if (unsent.size) event.preventDefault();
});
