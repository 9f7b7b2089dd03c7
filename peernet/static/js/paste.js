// Rich text pasted into a Markdown field, <textarea data-paste="URL">, arrives as Markdown; where that fails or takes too
// long, as plain text. Pasting without formatting stays what it is.
const PATIENCE = 8000;
const LARGEST = 600000;
// Elements that say more than plain text can.
const RICH = /<(strong|b|em|i|h[1-6]|ul|ol|li|table|a|blockquote|pre|code|del|s)[\s>]|font-(weight|style)|mso-/i;

for (const field of document.querySelectorAll("textarea[data-paste]")) field.addEventListener("paste", paste);

function paste(event) {
  const field = event.currentTarget;
  const html = event.clipboardData.getData("text/html");
  const text = event.clipboardData.getData("text/plain");
  // Text of a code editor is meant as it stands; its HTML only colours it.
  const isCode = event.clipboardData.types.includes("vscode-editor-data");
  if (event.clipboardData.files.length && !text) return;
  if (!RICH.test(html) || html.length > LARGEST || isCode) return;
  event.preventDefault();
  field.readOnly = true;
  field.setAttribute("aria-busy", "true");
  asMarkdown(field, html)
    .catch(() => text)
    .then((found) => {
      field.readOnly = false;
      field.removeAttribute("aria-busy");
      put(field, (found || text).trimEnd());
    });
}

async function asMarkdown(field, html) {
  const body = new URLSearchParams({ html, csrf_token: field.form.elements.csrf_token.value });
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(field.dataset.paste, { method: "POST", body, signal });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return answer.text();
}

// Typed by the browser, so that undo knows it.
function put(field, text) {
  field.focus();
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
