// Says in one sentence who will read an answer and what they will see, as the choice stands: [data-consequences] holds
// the place for it, [data-consequence], and one [data-visibility][data-attribution] with the sentence of each choice.
for (const part of document.querySelectorAll("[data-consequences]")) watch(part);

function watch(part) {
  const form = part.closest("form");
  const place = part.querySelector("[data-consequence]");

  function say() {
    const chosen = new FormData(form);
    const visibility = CSS.escape(chosen.get("visibility") ?? "");
    const attribution = CSS.escape(chosen.get("attribution") ?? "");
    const found = part.querySelector(`[data-visibility="${visibility}"][data-attribution="${attribution}"]`);
    const text = found?.textContent ?? place.dataset.none;
    if (place.textContent !== text) place.textContent = text;
  }

  form.addEventListener("change", say);
  say();
}
