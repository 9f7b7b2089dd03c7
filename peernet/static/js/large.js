// Shows a picture as large as the window allows, above the page: <a class="large" href="the whole file"
// data-close="Close">. Escape, the button and a press beside it close it, and the focus is where it was.
for (const link of document.querySelectorAll("a.large")) {
  link.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
}

function open(link) {
  const dialog = document.createElement("dialog");
  const picture = document.createElement("img");
  const button = document.createElement("button");
  dialog.className = "large-picture";
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  dialog.setAttribute("aria-label", picture.alt || link.textContent.trim());
  button.type = "button";
  button.textContent = link.dataset.close;
  button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.append(button, picture);
  document.body.append(dialog);
  dialog.showModal();
}
