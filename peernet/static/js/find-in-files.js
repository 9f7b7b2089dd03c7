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

// As peernet/search/words.py has it: what is no part of a word, letters written for each other, "the" joined to a word.
const SILENT = /[\u0300-\u036f\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const ALIKE = { "\u0671": "\u0627", "\u0649": "\u064a", "\u06cc": "\u064a", "\u0629": "\u0647", "\u06a9": "\u0643" };
const ARTICLE = /(?<![\p{L}\p{N}])(?:[\u0648\u0641\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=[\u0621-\u064a]{3})/gu;
const ELIDED = /(?<![\p{L}\p{N}])\p{L}{1,2}['\u2019\u02bc](?=[\p{L}\p{N}]{3})/gu;
const digit = (letter) => String(letter.charCodeAt(0) & 15);
const alike = (text) => text.replace(/[\u0671\u0649\u06cc\u0629\u06a9]/g, (each) => ALIKE[each]);
const plain = (text) => alike(text.normalize("NFD").replace(SILENT, "")).replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit);
const fold = (text) => plain(text).toLowerCase().replace(ELIDED, " ").replace(ARTICLE, "");
const wordsOf = (text) => [...new Set(fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])];
const isMeant = (word, typed) => word === typed || (typed.length >= 3 && word.startsWith(typed));

function beginning(word) {
  const bytes = new TextEncoder().encode([...word].slice(0, 2).join(""));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A number is shifted by dividing, since it may be longer than 32 bits.
const half = (place) => Math.floor(place / 2);

async function inPart(folder, part, typed) {
  const weights = new Map();
  const held = (await fetched(`${folder}/${part}/${beginning(typed)}.json`)) ?? {};
  for (const [word, places] of Object.entries(held)) {
    if (!isMeant(word, typed)) continue;
    for (const each of places) weights.set(half(each), Math.max(weights.get(half(each)) ?? 0, each % 2 ? 8 : 1));
  }
  return weights;
}

async function inFiles(index, folder, typed) {
  const parts = [...Array(index.parts).keys()].filter((part) => (index.beginnings[beginning(typed)] >> part) & 1);
  const found = await Promise.all(parts.map((part) => inPart(folder, part, typed)));
  return new Map(found.flatMap((weights) => [...weights]));
}

// The file that holds what is shown of a thing: for each kind one of so many, or by the name where that is no number.
function fileOf(thing, inAFile) {
  const [kind, rest] = [thing % 16, Math.floor(thing / 16)];
  return rest < 2 ** 32 ? `${kind}-${Math.floor(rest / inAFile)}` : `${kind}-n${Math.floor(rest / 2 ** 36)}`;
}

async function find(words) {
  const folder = place.dataset.index.replace(/\/[^/]*$/, "");
  const index = await fetched(place.dataset.index);
  const each = await Promise.all(words.map((word) => inFiles(index, folder, word)));
  const all = [...each[0].keys()].filter((thing) => each.every((weights) => weights.has(thing)));
  const weight = (thing) => each.reduce((sum, weights) => sum + weights.get(thing), 0);
  const best = all.sort((one, other) => weight(other) - weight(one) || one - other).slice(0, MOST);
  const shown = await Promise.all(
    best.map(async (thing) => (await fetched(`${folder}/shown/${fileOf(thing, index.inAFile)}.json`))?.[thing]),
  );
  return shown.filter(Boolean);
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
