// Copies how to cite and how to name something with one press. Without it a press on such words selects all of them.
const section = document.querySelector("[data-copy]");
const said = document.createElement("span");
said.className = "visually-hidden";
said.setAttribute("role", "status");

function buttonFor(words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  button.textContent = section.dataset.copy;
  const heading = words.closest("details")?.querySelector("summary") ?? words.previousElementSibling;
  button.setAttribute("aria-label", `${section.dataset.copy}: ${heading.textContent}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words.textContent.trim());
    button.textContent = said.textContent = section.dataset.copied;
    setTimeout(() => {
      button.textContent = section.dataset.copy;
      said.textContent = "";
    }, 2000);
  });
  return button;
}

// Browsers offer it on safe connections only.
if (section && navigator.clipboard) {
  section.append(said);
  for (const words of section.querySelectorAll(".cite")) words.after(buttonFor(words));
}
