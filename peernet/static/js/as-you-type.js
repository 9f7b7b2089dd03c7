// Shows what is found while somebody types, from the same page that the form leads to. Without it one presses Enter.
const PAUSE = 250;
const field = document.getElementById("q");
let waiting = 0;
let asked = null;

async function look() {
  asked?.abort();
  asked = new AbortController();
  const address = new URL(field.form.action);
  for (const [name, value] of new FormData(field.form)) address.searchParams.set(name, value);
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("found").replaceWith(page.getElementById("found"));
    history.replaceState(null, "", address);
  } catch {
    // Typed on, or offline: what is shown stays, and the form still works.
  }
}

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE);
});
