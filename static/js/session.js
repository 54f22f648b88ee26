// Says in time that a sign-in is about to end, and lets the reader stay (WCAG 2.2, 2.2.1).

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const mark = document.querySelector('meta[name="session-ends"]');
const WARN = 10 * 60 * 1000; // milliseconds before the end

let ends = new Date(mark?.content ?? NaN).getTime();
let box;

function clock(at) {
  const language = document.documentElement.lang || undefined;
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

async function stay() {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", box.dataset.token);
  try {
    const answer = await fetch(mark.dataset.stay, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    if (!answer.ok) return;
    ends = new Date((await answer.json()).ends).getTime();
  } catch {
    return;
  }
  box.remove();
  box = undefined;
}

function warn() {
  box = document.createElement("section");
  box.className = "session-notice";
  box.setAttribute("role", "alert");
  box.dataset.token = mark.dataset.token;
  const text = document.createElement("p");
  text.textContent = (words.session_ends ?? "%s").replace("%s", clock(ends));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.textContent = words.stay;
  button.addEventListener("click", stay);
  box.append(text, button);
  document.body.append(box);
}

// A timer sleeps with the computer, so the clock is asked every half minute instead.
setInterval(() => {
  if (!box && ends - Date.now() < WARN && ends > Date.now()) warn();
}, 30000);
if (ends - Date.now() < WARN && ends > Date.now()) warn();
