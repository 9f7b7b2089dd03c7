// Saves a form while it is typed: <form data-autosave="URL"> with a [data-autosave-state] inside it.
// The once-key stays behind, because it belongs to the one real sending of the form.
const PAUSE = 1200;
const LONGEST = 30000;
const PATIENCE = 20000;
const LARGEST = 60000; // browsers refuse keepalive bodies over 64 KiB

const watched = new WeakSet();
document.addEventListener("fresh", watchAll);
watchAll();

function watchAll() {
  for (const form of document.querySelectorAll("form[data-autosave]")) if (!watched.has(form)) watch(form);
}

function watch(form) {
  watched.add(form);
  const state = form.querySelector("[data-autosave-state]");
  let timer, saving = null, changed = false, wait = PAUSE;

  const say = (word) => {
    if (!state) return;
    state.textContent = state.dataset[word];
    state.classList.toggle("is-failed", word === "failed");
  };
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  async function save() {
    clearTimeout(timer);
    if (saving || !changed) return;
    changed = false;
    form.setAttribute("data-unsaved", "");
    say("saving");
    saving = send(form).catch(() => ({ kept: false }));
    const { kept, overtaken, refused } = await saving;
    saving = null;
    if (!kept && !overtaken) changed = true;
    wait = kept || refused ? PAUSE : overtaken ? LONGEST : Math.min(wait * 2, LONGEST);
    form.toggleAttribute("data-unsaved", changed || !kept);
    if (changed) later(wait);
    else if (kept) form.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
    say(kept ? "saved" : "failed");
    if (overtaken && state) state.textContent = overtaken;
  }

  form.addEventListener("input", () => {
    form.setAttribute("data-unsaved", "");
    changed = true;
    later(wait);
  });
  // What is being saved gets a new version; sent before that is known, the form would seem to be somebody else's.
  form.addEventListener("submit", (event) => {
    changed = false;
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    saving.then(() => form.requestSubmit(event.submitter));
  });
  // Its place in the page is given to something else: see live.js.
  form.addEventListener("flush", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  // What was typed before this script was there counts as well.
  if ([...form.elements].some(altered)) {
    form.setAttribute("data-unsaved", "");
    changed = true;
    later(wait);
  }
}

function altered(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.defaultValue !== undefined && field.value !== field.defaultValue;
}

// Not form.dataset: a form that has a field of that name gives the field.
async function send(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "_once") body.append(name, value);
  }
  const answer = await fetch(form.getAttribute("data-autosave"), {
    method: "POST",
    headers: { "X-Autosave": "1" },
    body,
    keepalive: String(body).length < LARGEST,
    signal: AbortSignal.timeout(PATIENCE),
  });
  const version = answer.headers.get("X-Version");
  if (version && form.elements.version) form.elements.version.value = version;
  // What the text was made of, so that it can be brought together with that of somebody who was first.
  const base = form.elements.base;
  if (version && base) base.value = body.get(base.dataset.of);
  // Somebody else was first, or it may not be kept so: the server says why. What is typed stays, and is brought together
  // when the form is sent.
  const overtaken = [409, 422].includes(answer.status) ? (await answer.json().catch(() => null))?.title : "";
  return { kept: answer.ok && !answer.redirected, overtaken, refused: answer.status === 422 };
}
