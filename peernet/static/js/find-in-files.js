// Searches in the files that lie beside a copied site (found/index.json), since no server answers there. Words are
// folded as they were when the files were written; a word of three letters or more stands for longer ones as well.
const place = document.getElementById("found");
const field = document.getElementById("q");
const MOST = 100;
const kept = new Map();

function fetched(path) {
  if (!kept.has(path)) kept.set(path, fetch(path).then((answer) => (answer.ok ? answer.json() : null)));
  return kept.get(path);
}

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const wordsOf = (text) => [...new Set(fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])];
const isMeant = (word, typed) => word === typed || (typed.length >= 3 && word.startsWith(typed));

function beginning(word) {
  const bytes = new TextEncoder().encode([...word].slice(0, 2).join(""));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function inFiles(index, folder, typed) {
  const weights = new Map();
  if (!index.beginnings.includes(beginning(typed))) return weights;
  const held = (await fetched(`${folder}/${index.base}/${beginning(typed)}.json`)) ?? {};
  for (const [word, places] of Object.entries(held)) {
    if (!isMeant(word, typed)) continue;
    for (const each of places) weights.set(each >> 1, Math.max(weights.get(each >> 1) ?? 0, each & 1 ? 8 : 1));
  }
  return weights;
}

function inNew(index, typed) {
  const weights = new Map();
  index.new.forEach((thing, number) => {
    if (thing.title.some((word) => isMeant(word, typed))) weights.set(-1 - number, 8);
    else if (thing.text.some((word) => isMeant(word, typed))) weights.set(-1 - number, 1);
  });
  return weights;
}

async function find(words) {
  const folder = place.dataset.index.replace(/\/[^/]*$/, "");
  const index = await fetched(place.dataset.index);
  const each = await Promise.all(
    words.map(async (word) => new Map([...(await inFiles(index, folder, word)), ...inNew(index, word)])),
  );
  const all = [...each[0].keys()].filter((thing) => each.every((weights) => weights.has(thing)));
  const weight = (thing) => each.reduce((sum, weights) => sum + weights.get(thing), 0);
  const best = all.sort((one, other) => weight(other) - weight(one) || one - other).slice(0, MOST);
  return Promise.all(
    best.map(async (thing) => {
      if (thing < 0) return index.new[-1 - thing].shown;
      const file = await fetched(`${folder}/${index.base}/things-${Math.floor(thing / index.inAFile)}.json`);
      return file[thing % index.inAFile];
    }),
  );
}

function element(name, text, values = {}) {
  const made = Object.assign(document.createElement(name), values);
  made.append(text);
  return made;
}

// Pages of the network stand at the address of the language that they are written in.
function entry([url, kind, title, language, text]) {
  const link = element("a", title, { href: kind === "page" ? url : `${place.dataset.root}${url}` });
  const heading = element("h2", link, { className: "entry-title" });
  const article = element("article", "", { className: "entry", lang: language });
  const label = JSON.parse(place.dataset.kinds)[kind] ?? kind;
  const above = element("p", label, { className: "meta", lang: document.documentElement.lang });
  article.append(above, heading, element("p", text));
  return element("li", article);
}

async function look() {
  const words = wordsOf(field.value);
  if (!words.length) return;
  const hits = await find(words);
  const said = hits.length ? `${place.dataset.results} ${hits.length}` : place.dataset.nothing;
  const list = element("ol", "", { className: "entries hits" });
  list.append(...hits.map(entry));
  place.replaceChildren(element("p", said, { className: "meta", role: "status" }), ...(hits.length ? [list] : []));
  history.replaceState(null, "", `?${new URLSearchParams({ q: field.value })}`);
}

if (place?.dataset.index) {
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  field.addEventListener("input", look);
  look();
}
