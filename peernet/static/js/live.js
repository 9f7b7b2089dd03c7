// Keeps a page fresh while something happens: [data-live] names a stream that says that something did, [data-reached] an
// address to ask where there is none, and [data-fresh] the parts as they are now; [data-typed] those in which somebody
// types, looked at when only that happened. The focus stays where it was.
const room = document.querySelector("[data-live]");
const PAUSE = 3000;
const LATER = 60000;
let known = room?.dataset.after ?? "0";
let typing = 0, fetching = null, again = false, asking = false, owed = false, looking;

async function refresh() {
  again = Boolean(fetching);
  if (fetching) return;
  fetching = fetch(room.dataset.fresh, { cache: "no-store" }).then(show).catch(() => setTimeout(refresh, PAUSE));
  await fetching;
  fetching = null;
  if (again) refresh();
}

// Several type at once, and each is heard of: one look in a while is enough.
function typed() {
  if (!room.dataset.typed || typing) return;
  typing = setTimeout(() => {
    typing = 0;
    fetch(room.dataset.typed, { cache: "no-store" }).then(show).catch(() => {});
  }, PAUSE / 3);
}

async function show(answer) {
  if (!answer.ok || answer.redirected) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = fresh.querySelector("[data-number]")?.dataset;
  if (now) {
    known = now.number;
    look(now.every);
  }
  const { activeElement: active } = document, focused = active?.id;
  const open = new Set([...room.querySelectorAll("details[open]")].map((each) => each.closest("[data-part]")?.id));
  for (const part of fresh.querySelectorAll("[data-part]")) {
    for (const each of part.querySelectorAll("details")) each.open = open.has(part.id);
    put(document.getElementById(part.id), part);
  }
  if (focused && document.activeElement?.id !== focused) refocus(active, document.getElementById(focused));
  document.dispatchEvent(new CustomEvent("fresh"));
}

// In a text the caret stays behind the words behind which it stood, or before those before which it did.
function refocus(old, now) {
  now?.focus();
  if (now?.tagName !== "TEXTAREA") return;
  const { value, selectionStart: at } = old;
  const place = now.value.startsWith(value.slice(0, at)) ? at : Math.max(0, now.value.length - value.length + at);
  now.setSelectionRange(place, place);
}

// A part with a key stays as long as its key does: somebody may be typing in it. What is typed is saved before it goes.
function put(old, part) {
  if (!old || stays(old, part)) return;
  for (const form of old.querySelectorAll("form[data-autosave]")) form.dispatchEvent(new Event("flush"));
  old.replaceWith(part);
}

// One with data-keep may have a version for its key, and stays as well until what is typed in it is saved.
function stays(old, part) {
  const { key, keep } = part.dataset;
  if (key === undefined || key === old.dataset.key) return key !== undefined;
  if (keep === undefined || old.querySelector("form")?.elements.version.value === key) return keep !== undefined;
  const unsaved = old.querySelectorAll("form[data-unsaved]");
  for (const form of unsaved) form.dispatchEvent(new Event("flush"));
  owed ||= unsaved.length > 0;
  return unsaved.length > 0;
}

document.addEventListener("saved", () => {
  if (owed) refresh();
  owed = false;
});

async function ask() {
  if (!asking) return;
  const headers = { "If-None-Match": `"${known}"` };
  const answer = await fetch(room.dataset.reached, { headers, cache: "no-store" }).catch(() => null);
  if (answer && answer.status !== 304) await refresh();
  setTimeout(ask, PAUSE);
}

function listen() {
  const stream = new EventSource(`${room.dataset.live}?after=${known}`);
  stream.addEventListener("message", ({ data }) => (data === "typed" ? typed() : refresh()));
  stream.addEventListener("over", () => location.reload());
  stream.addEventListener("open", () => (asking = false));
  // A browser comes again by itself, unless there is no stream to be had: then the page asks, and tries later.
  stream.addEventListener("error", () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, LATER);
    if (!asking) begin();
  });
}

function begin() {
  asking = true;
  ask();
}

// Some of what changes is told to nobody, so that its moment does not tell whose it was: that is looked for.
function look(every) {
  clearInterval(looking);
  if (every) looking = setInterval(refresh, Number(every));
}

look(room?.dataset.every);
if (room) "EventSource" in window ? listen() : begin();
