// Puts a step elsewhere by dragging: [data-order] > [data-place], each with a form whose buttons are named "to".
// Without it the buttons do the same.
const list = document.querySelector("[data-order]");
let dragged = null;

function over(event) {
  return event.target.closest("[data-place]");
}

function mark(place) {
  for (const each of list.children) each.classList.toggle("is-over", each === place && each !== dragged);
}

for (const each of list?.children ?? []) each.draggable = true;

list?.addEventListener("dragstart", (event) => {
  dragged = over(event);
  event.dataTransfer.effectAllowed = "move";
});
list?.addEventListener("dragend", () => mark((dragged = null)));
list?.addEventListener("dragover", (event) => {
  if (!dragged) return;
  event.preventDefault();
  mark(over(event));
});
list?.addEventListener("drop", (event) => {
  const place = over(event);
  if (!dragged || !place || place === dragged) return;
  event.preventDefault();
  const form = dragged.querySelector("form");
  const button = form.querySelector("button[name=to]");
  button.value = place.dataset.place;
  form.requestSubmit(button);
});
