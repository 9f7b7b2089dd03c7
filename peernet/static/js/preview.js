// Shows Markdown as it will stand: <textarea data-preview="URL" id="x"> with a [data-preview-of="x"] beside it.
// The server renders and sanitises it, exactly as it will when the text is kept.
const PAUSE = 500;

for (const text of document.querySelectorAll("textarea[data-preview]")) watch(text);

function watch(text) {
  const place = document.querySelector(`[data-preview-of="${text.id}"]`);
  if (!place) return;
  let timer, running;

  async function show() {
    running?.abort();
    running = new AbortController();
    const body = new URLSearchParams({ text: text.value, csrf_token: text.form.elements.csrf_token.value });
    try {
      const answer = await fetch(text.dataset.preview, { method: "POST", body, signal: running.signal });
      if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren();
    }
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  if (text.value.trim()) show();
}
