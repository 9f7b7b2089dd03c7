// Copies words that are meant for elsewhere with one press: within [data-copy] how to cite and name something, and texts
// that are only read. Without it a press on such words selects all of them.
const said = document.createElement("span");
said.className = "visually-hidden";
said.setAttribute("role", "status");

function nameOf(words) {
  const heading = words.closest("details")?.querySelector("summary") ?? words.previousElementSibling;
  return words.getAttribute("aria-label") ?? words.labels?.[0]?.textContent ?? heading.textContent;
}

function buttonFor(words) {
  const { copy, copied } = words.closest("[data-copy]").dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  button.textContent = copy;
  button.setAttribute("aria-label", `${copy}: ${nameOf(words)}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText((words.value ?? words.textContent).trim());
    button.textContent = said.textContent = copied;
    setTimeout(() => {
      button.textContent = copy;
      said.textContent = "";
    }, 2000);
  });
  return button;
}

function offer() {
  for (const words of document.querySelectorAll(":is([data-copy] .cite, [data-copy] textarea[readonly]):not(:has(+ .copy))")) {
    words.after(buttonFor(words));
  }
}

// Browsers offer it on safe connections only.
if (navigator.clipboard) {
  document.querySelector("main").append(said);
  document.addEventListener("fresh", offer);
  offer();
}
