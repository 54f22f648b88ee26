// Forms while they are filled in: how many words are left, and questions that depend on other answers.
// The server decides both again; without scripts every question is asked and every limit is told.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const say = (name, value) => (words[name] ?? "%s").replace("%s", value);

// --- Words and characters left ---------------------------------------------------------------

// As the server counts (kit/text.py): runs between white space that hold a letter or a digit.
export function countWords(text) {
  return text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function bindCounter(control) {
  const box = control.closest(".field");
  if (!box) return;
  const unit = control.dataset.words ? "words" : "characters";
  const limit = Number(control.dataset.words ?? control.dataset.characters);
  if (!limit) return;
  let shown = box.querySelector("[data-counter]");
  if (!shown) {
    shown = document.createElement("p");
    shown.className = "field__counter";
    control.after(shown);
  }
  // What is seen changes with every key; what is spoken only in a pause.
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  shown.after(spoken);
  const initial = shown.textContent;
  let pause;
  const update = () => {
    const count = unit === "words" ? countWords(control.value) : [...control.value].length;
    const left = limit - count;
    shown.textContent =
      count === 0 && initial
        ? initial
        : say(left < 0 ? `${unit}_over` : `${unit}_left`, Math.abs(left));
    shown.classList.toggle("field__counter--over", left < 0);
    shown.setAttribute("aria-hidden", "true");
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (document.activeElement === control) spoken.textContent = shown.textContent;
    }, 1200);
  };
  control.addEventListener("input", update);
  update();
}

for (const control of document.querySelectorAll("[data-words], [data-characters]")) {
  bindCounter(control);
}

// --- Questions that depend on answers --------------------------------------------------------

// The answer of a field as a list of texts; empty where there is none.
function answersOf(form, name) {
  const found = [];
  for (const control of form.elements) {
    if (control.name !== name || control.disabled) continue;
    if (control.type === "checkbox" || control.type === "radio") {
      if (control.checked) found.push(control.value === "on" ? "yes" : control.value);
    } else if (control.tagName === "SELECT") {
      found.push(...[...control.selectedOptions].map((option) => option.value).filter(Boolean));
    } else if (control.type === "file") {
      found.push(...[...control.files].map((file) => file.name));
      if (!control.files.length && control.dataset.kept) found.push(control.dataset.kept);
    } else if (control.value.trim()) {
      found.push(control.value.trim());
    }
  }
  return found;
}

const toNumber = (text) => Number(text.replace(/[\s\u202f]/g, "").replace(",", "."));

export function holds({ test, values }, answers) {
  if (answers.length === 0) return false;
  const same = (answer, value) => answer === value || toNumber(answer) === Number(value);
  const met = answers.some((answer) => values.some((value) => same(answer, value)));
  switch (test) {
    case "answered":
      return true;
    case "is":
    case "one_of":
      return met;
    case "is_not":
      return !met;
    case "at_least":
      return toNumber(answers[0]) >= Number(values[0]);
    default:
      return false;
  }
}

// What a field's condition shows and hides: its whole question, or the field alone.
function scopeOf(box) {
  const question = box.closest("[data-question]");
  const own = !question || question === box || question.dataset.question === box.dataset.field;
  return own && question ? question : box;
}

function bindConditions(form) {
  const boxes = [...form.querySelectorAll("[data-condition]")].map((box) => ({
    scope: scopeOf(box),
    condition: JSON.parse(box.dataset.condition),
  }));
  if (boxes.length === 0) return;
  const isShown = (name) => {
    const control = form.elements[name];
    const first = control instanceof RadioNodeList ? control[0] : control;
    return Boolean(first) && !first.closest("[hidden]");
  };
  const update = () => {
    // In the order of the page: a question that is not asked counts as not answered for those after it.
    for (const { scope, condition } of boxes) {
      const tests = condition.tests.map((one) =>
        typeof one === "boolean"
          ? one
          : isShown(one.field) && holds(one, answersOf(form, one.field)),
      );
      scope.hidden = !(condition.any ? tests.some(Boolean) : tests.every(Boolean));
    }
  };
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  update();
}

for (const form of document.querySelectorAll("form")) bindConditions(form);
