// Asks before a button does what cannot be undone: <button data-confirm="Delete this response?">.
// A folded confirmation (<details class="confirm">) takes the focus when it opens and closes on Escape.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

for (const fold of document.querySelectorAll("details.confirm")) {
  fold.addEventListener("toggle", () => {
    if (fold.open) fold.querySelector("button, input:not([type=hidden])")?.focus();
  });
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });
}
