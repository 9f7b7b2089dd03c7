// Says what an hour elsewhere is for the reader: "15:00 London" gets " · 20:30, yours" beside it where the hours
// differ, with the weekday where the day differs. Needs <time datetime data-zone data-yours>; the page's language counts.
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang;

for (const time of document.querySelectorAll("time[data-zone][data-yours]")) {
  const moment = new Date(time.dateTime);
  const words = beside(moment, time.dataset.zone);
  if (words) time.append(` · ${words}, ${time.dataset.yours}`);
}

function beside(moment, zone) {
  const read = (timeZone, style) => new Intl.DateTimeFormat(language, { timeZone, ...style }).format(moment);
  const wall = { day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (read(zone, wall) === read(own, wall)) return "";
  const sameDay = read(zone, { day: "numeric" }) === read(own, { day: "numeric" });
  return read(own, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(sameDay ? {} : { weekday: "long" }) });
}
