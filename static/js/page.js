// What every page does where scripts run: menus that close, forms that are sent once, the reader's
// own clock beside a deadline, and the focus on what has to be put right.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-closes][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-closes]"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-closes][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A second click while the first is on its way sends nothing. The button is not disabled: a disabled
// button is left out of what is sent, and loses the focus.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  const button = event.submitter;
  if (button) {
    button.setAttribute("aria-disabled", "true");
  }
});
// Coming back with the browser's back button: the form can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  }
});

document.querySelector("[data-error-summary]")?.focus();

// The time on the reader's own wall, where it is another than the one said.
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const spoken = document.documentElement.lang;
// Plain "en" would be read as American, with the month first.
const language = spoken === "en" ? "en-GB" : spoken || undefined;
const wall = (at, timeZone) =>
  new Intl.DateTimeFormat(language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(at);

for (const time of document.querySelectorAll("time[data-zone]")) {
  const at = new Date(time.dateTime);
  if (!here || Number.isNaN(at.getTime())) continue;
  const yours = wall(at, here);
  if (yours === wall(at, time.dataset.zone)) continue;
  const line = document.createElement("span");
  line.className = "deadline__local";
  line.textContent = (words.your_time ?? "%s").replace("%s", yours);
  time.parentElement.append(line);
}

// A form that asks for a time zone proposes the browser's.
for (const field of document.querySelectorAll("[data-guess-zone]")) {
  const known = field.tagName !== "SELECT" || [...field.options].some((one) => one.value === here);
  if (here && known && (!field.value || field.dataset.guessZone === "replace")) field.value = here;
}
