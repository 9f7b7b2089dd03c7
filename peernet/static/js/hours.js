// Paints the grid of weekly hours: press on a field and draw over others with the answer that "Fill with" names; the name
// of a day fills its column, an hour its row. On a keyboard each field stays a choice of three.
for (const form of document.querySelectorAll("form[data-hours]")) watch(form);

function watch(form) {
  const grid = form.querySelector("table");
  const cellAt = (event) => event.target.closest("td")?.querySelector("select");
  let drawing = false;

  function paint(cells) {
    const answer = form.elements.brush.value;
    const changed = cells.filter((cell) => cell && cell.value !== answer);
    for (const cell of changed) cell.value = answer;
    if (changed.length) changed[0].dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A finger that scrolls sends no mousedown, one that taps does; and the list of a field stays closed.
  grid.addEventListener("mousedown", (event) => {
    const cell = cellAt(event);
    if (!cell || event.button) return;
    event.preventDefault();
    drawing = true;
    cell.focus({ preventScroll: true });
    paint([cell]);
  });
  grid.addEventListener("mouseover", (event) => drawing && paint([cellAt(event)]));
  document.addEventListener("mouseup", () => (drawing = false));
  grid.addEventListener("click", (event) => {
    const [what, which] = event.target.closest("button")?.value.split(":") ?? [];
    if (!what) return;
    event.preventDefault();
    const row = event.target.closest("tr");
    paint([...(what === "day" ? grid.querySelectorAll(`[name=d${which}]`) : row.querySelectorAll("select"))]);
  });
}
