// Shows the fields of the kind that is chosen: [data-of-kind="video"]. Without it they come after the next saving.
const chosen = document.querySelector("form select[name=kind]");

function show() {
  for (const part of document.querySelectorAll("[data-of-kind]")) part.hidden = part.dataset.ofKind !== chosen.value;
}

if (chosen) {
  chosen.addEventListener("change", show);
  show(); // a browser that comes back keeps the choice
}
