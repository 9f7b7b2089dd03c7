// Counts down to [data-until], in seconds of the server's clock, which [data-now] was when the page was made.
const skews = new WeakMap();
let timer = null;

function tick() {
  const clock = document.querySelector("[data-until]");
  if (!clock) return;
  if (!skews.has(clock)) skews.set(clock, Number(clock.dataset.now) - Date.now() / 1000);
  const left = Math.round(Number(clock.dataset.until) - Date.now() / 1000 - skews.get(clock));
  const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), Math.abs(left) % 60];
  const word = left < 0 ? clock.dataset.over : clock.dataset.left;
  clock.textContent = `${minutes}:${String(seconds).padStart(2, "0")} ${word}`;
  clock.classList.toggle("is-over", left < 0);
}

function start() {
  clearInterval(timer);
  tick();
  timer = setInterval(tick, 1000);
}

document.addEventListener("fresh", start);
start();
