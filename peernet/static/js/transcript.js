// Finds words in a transcript, and plays from where they were said if the film is on the page. Without it the
// transcript is read, and the browser's own search finds in it.
const section = document.getElementById("transcript");
const form = section.querySelector("form");
const field = form.querySelector("input");
const count = form.querySelector("output");
const paragraphs = [...section.querySelectorAll("p[data-start]")];
const player = document.querySelector(".player video, .player audio");

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const texts = paragraphs.map((paragraph) => fold(paragraph.textContent));

function find() {
  const words = fold(field.value).split(/\s+/).filter(Boolean);
  let found = 0;
  paragraphs.forEach((paragraph, number) => {
    paragraph.hidden = !words.every((word) => texts[number].includes(word));
    found += paragraph.hidden ? 0 : 1;
  });
  count.value = words.length ? count.dataset.words.replace("0", found) : "";
}

function playFrom(event) {
  const paragraph = event.target.closest("button")?.closest("p[data-start]");
  if (!paragraph) return;
  player.currentTime = Number(paragraph.dataset.start);
  player.play();
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", find);
if (player) {
  for (const paragraph of paragraphs) {
    const clock = paragraph.querySelector(".meta");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = clock.textContent;
    button.setAttribute("aria-label", section.dataset.play.replace("0:00", clock.textContent));
    clock.replaceChildren(button);
  }
  section.addEventListener("click", playFrom);
}
