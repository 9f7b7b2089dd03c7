// Looks every two seconds whether what a page waits for, [data-waiting], is done, and then shows the page anew. Without
// scripts there is a link.
const PAUSE = 2000;

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.querySelector("[data-waiting]");
    if (!news && answer.ok) return location.reload();
    if (news) document.querySelector("[data-waiting]").textContent = news.textContent;
  } catch {
    // The next look may find the server again.
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
