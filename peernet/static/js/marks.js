// Sets marks of Markdown at the selection of a field: a toolbar <div data-marks-for="id of the field"> with a button for
// each, and Ctrl (⌘ on a Mac) with B, I and K. A mark that is there already is taken away. Undo knows them all, because
// the browser itself types them.
const command = /Mac|iP(hone|ad)/.test(navigator.platform) ? "metaKey" : "ctrlKey";

for (const bar of document.querySelectorAll("[data-marks-for]")) watch(bar, document.getElementById(bar.dataset.marksFor));

function watch(bar, field) {
  const buttons = [...bar.querySelectorAll("button")];
  const stopAt = (place) => buttons.forEach((button, at) => (button.tabIndex = at === place ? 0 : -1));
  stopAt(0);
  bar.hidden = false;

  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    stopAt(buttons.indexOf(button));
    set(field, button.dataset);
  });
  // The arrows go along the bar, which is one stop for the Tab key.
  bar.addEventListener("keydown", (event) => {
    const now = buttons.indexOf(document.activeElement);
    const ahead = getComputedStyle(bar).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: now + ahead, ArrowLeft: now - ahead, Home: 0, End: buttons.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = (steps[event.key] + buttons.length) % buttons.length;
    stopAt(next);
    buttons[next].focus();
  });
  field.addEventListener("keydown", (event) => {
    if (!event[command] || event.altKey || event.shiftKey) return;
    const button = buttons.find((one) => one.dataset.key === event.key.toLowerCase());
    if (!button) return;
    event.preventDefault();
    set(field, button.dataset);
  });
}

function set(field, mark) {
  if (mark.note) footnote(field, mark);
  else if (mark.cell) table(field, mark);
  else if (mark.line) lines(field, mark);
  else if (mark.fence && chosen(field).includes("\n")) around(field, `${mark.fence}\n`, `\n${mark.fence}`, "");
  else around(field, mark.before, mark.after, mark.sample);
}

const chosen = (field) => field.value.slice(field.selectionStart, field.selectionEnd);

// Types over what lies between two places, and leaves a part of what was typed chosen.
function type(field, from, to, text, chosenFrom, chosenTo) {
  field.focus();
  field.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(from + chosenFrom, from + chosenTo);
}

function around(field, before, after, sample) {
  const { value, selectionStart: from, selectionEnd: to } = field;
  const text = chosen(field);
  const [start, end] = [from - before.length, to + after.length];
  // One star of two is no mark of its own.
  const isOwn = before !== "*" || (value[start - 1] !== "*" && value[end] !== "*") || value.slice(start - 2, from) === "***";
  if (start >= 0 && value.slice(start, from) === before && value.slice(to, end) === after && isOwn) {
    return type(field, start, end, text, 0, text.length);
  }
  const inner = text || sample;
  type(field, from, to, before + inner + after, before.length, before.length + inner.length);
}

// "1. " counts on from line to line.
function lines(field, { line, sample }) {
  const { value, selectionStart, selectionEnd } = field;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", selectionEnd);
  const to = next < 0 ? value.length : next;
  const old = value.slice(from, to).split("\n");
  const mark = line === "1. " ? /^\d+\. / : new RegExp(`^${line}`);
  if (old.every((text) => mark.test(text))) {
    const bare = old.map((text) => text.replace(mark, "")).join("\n");
    return type(field, from, to, bare, 0, bare.length);
  }
  const made = old.map((text, number) => (line === "1. " ? `${number + 1}. ` : line) + (text || sample)).join("\n");
  const before = value.slice(0, from);
  const gap = before && !before.endsWith("\n\n") ? "\n" : ""; // it begins a paragraph of its own
  const lead = gap.length + (old.length > 1 ? 0 : line.length);
  type(field, from, to, gap + made, lead, gap.length + made.length);
}

function table(field, { head, cell }) {
  const at = field.selectionEnd;
  const before = field.value.slice(0, at);
  const gap = before.trim() ? "\n".repeat(2 - /\n{0,2}$/.exec(before)[0].length) : "";
  const text = `| ${head} | ${head} |\n| --- | --- |\n| ${cell} | ${cell} |\n`;
  type(field, at, at, gap + text, gap.length + 2, gap.length + 2 + head.length);
}

function footnote(field, { note }) {
  const numbers = [...field.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]));
  const name = `[^${Math.max(0, ...numbers) + 1}]`;
  type(field, field.selectionEnd, field.selectionEnd, name, name.length, name.length);
  const end = field.value.trimEnd().length;
  const lead = `\n\n${name}: `;
  type(field, end, field.value.length, `${lead}${note}\n`, lead.length, lead.length + note.length);
}
