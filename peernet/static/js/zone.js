// Chooses the reader's own time zone in a select where nothing is chosen yet. Browsers know some zones by an older name
// (Asia/Calcutta), so an option counts if the browser takes it for the same zone.
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of document.querySelectorAll("select[data-guess-zone]")) {
  if (!select.value) select.value = offered(select) ?? "";
}

function offered(select) {
  const names = [...select.options].map((option) => option.value).filter(Boolean);
  return names.find((name) => name === own) ?? names.find((name) => canonical(name) === own);
}

function canonical(timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return timeZone; // newer than the browser
  }
}
