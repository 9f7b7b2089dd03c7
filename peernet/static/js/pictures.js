// Brings images that are dropped on a field or pasted into it, <textarea data-images="URL">: asks in a dialog,
// <dialog data-images-of="id of the field">, what each shows, sends it, and sets its line where the cursor was.
for (const field of document.querySelectorAll("textarea[data-images]")) watch(field);

function watch(field) {
  const dialog = document.querySelector(`[data-images-of="${field.id}"]`);
  const state = document.querySelector(`[data-images-state="${field.id}"]`);
  const alt = dialog.querySelector("[name=alt]");
  const kinds = dialog.dataset.kinds.split(",");
  let waiting = Promise.resolve();

  const say = (words, failed = false) => {
    state.textContent = words;
    state.classList.toggle("is-failed", failed);
  };
  const filled = (words, file) => words.replace("{name}", file.name);

  function ask(file) {
    dialog.querySelector("[data-name]").textContent = file.name;
    alt.value = dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => {
      const close = () => done(dialog.returnValue === "bring" ? alt.value.trim() : "");
      dialog.addEventListener("close", close, { once: true });
    });
  }

  // A Word file goes through its own form, which tells what was not understood.
  function choose(file) {
    const input = document.getElementById("f-word");
    const chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
    say(filled(dialog.dataset.word, file));
    input.form.querySelector("button[type=submit]").focus();
  }

  async function bring(file) {
    if (/\.docx$/i.test(file.name)) return choose(file);
    if (!kinds.includes(file.type)) return say(filled(dialog.dataset.refused, file), true);
    if (file.size > Number(dialog.dataset.most)) return say(filled(dialog.dataset.large, file), true);
    const [from, to] = [field.selectionStart, field.selectionEnd];
    const words = await ask(file);
    field.setSelectionRange(from, to); // the dialog gives the focus back, and not everywhere the place
    if (!words) return say("");
    say(filled(dialog.dataset.bringing, file));
    const body = new FormData();
    body.append("csrf_token", field.form.elements.csrf_token.value);
    body.append("alt", words);
    body.append("image", file);
    const answer = await fetch(field.dataset.images, { method: "POST", body, headers: { Accept: "application/json" } });
    const kept = answer.ok && !answer.redirected;
    if (!kept) return say((await answer.json().catch(() => null))?.title ?? filled(dialog.dataset.failed, file), true);
    put(field, await answer.text());
    say(filled(dialog.dataset.brought, file));
  }

  function take(event, files) {
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) {
      waiting = waiting.then(() => bring(file)).catch(() => say(filled(dialog.dataset.failed, file), true));
    }
  }

  field.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  field.addEventListener("drop", (event) => {
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    if (place?.offsetNode === field && event.dataTransfer.files.length) field.setSelectionRange(place.offset, place.offset);
    take(event, [...event.dataTransfer.files]);
  });
  // A word processor lays a picture of its text beside the text.
  field.addEventListener("paste", (event) => {
    if (!event.clipboardData.getData("text/plain")) take(event, [...event.clipboardData.files]);
  });
}

// In a paragraph of its own, typed by the browser, so that undo knows it.
function put(field, line) {
  const [before, after] = [field.value.slice(0, field.selectionStart), field.value.slice(field.selectionEnd)];
  const gap = (text, missing) => (text.trim() ? "\n".repeat(Math.max(0, 2 - missing.exec(text)[0].length)) : "");
  field.focus();
  const text = gap(before, /\n{0,2}$/) + line + gap(after, /^\n{0,2}/);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
