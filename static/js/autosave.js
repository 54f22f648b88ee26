// Saves each field of a form as it is left. The form says where in data-autosave; the server is sent
// the field as the form would send it, and answers in JSON (see museumhub/questionnaires/posting.py):
//   200 saved · 409 somebody else saved first, with both texts · 422 cannot be an answer
//   423 kept, but the call has closed · 401 signed out, with the address to sign in in X-Sign-In
// Nothing typed is ever dropped: what could not be sent waits in the page and is sent again, and the
// browser asks before a page with unsaved text is left.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const say = (name, value = "") => (words[name] ?? "%s").replace("%s", value);
const language = document.documentElement.lang || undefined;
const clock = () =>
  new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format();

const PAUSE = 4000; // milliseconds without a key after which a text is saved while it is being written
const LONGEST_WAIT = 60000; // between two tries to send
const LONGEST_FLUSH = 8000; // a link or a button waits for at most so long

class Autosave {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.autosave;
    this.status = form.querySelector("[data-autosave-status]");
    this.waiting = new Set(); // keys of fields to send
    this.sending = null; // the promise of the field on its way
    this.tries = 0;
    this.timer = null;
    this.pauses = new Map();
    this.leaving = false;
    this.blocked = false; // signed out: wait for the reader
    this.trouble = false; // something was refused or stale since the last flush

    for (const control of form.elements) {
      const box = control.name && control.type !== "hidden" && this.box(control);
      if (box) this.line(box);
    }
    form.addEventListener("input", (event) => this.noticed(event.target, PAUSE));
    form.addEventListener("change", (event) => this.noticed(event.target, 0));
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("click", (event) => this.following(event));
    window.addEventListener("pageshow", () => {
      this.leaving = false;
    });
    window.addEventListener("online", () => this.again());
    window.addEventListener("focus", () => this.again());
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.unsaved) event.preventDefault();
    });
  }

  get unsaved() {
    return this.waiting.size > 0 || this.sending !== null || this.pauses.size > 0;
  }

  // The box of a field, and the key under which the server knows it.
  box(control) {
    return control.closest("[data-question]") ?? control.closest("[data-field]");
  }

  key(box) {
    return box.dataset.question ?? box.dataset.field;
  }

  find(key) {
    const name = CSS.escape(key);
    return this.form.querySelector(`[data-question="${name}"], [data-field="${name}"]`);
  }

  noticed(control, pause) {
    const box = control.name && this.box(control);
    if (!box || "autosaveNot" in control.dataset) return;
    const key = this.key(box);
    clearTimeout(this.pauses.get(key));
    this.pauses.delete(key);
    if (pause) {
      this.pauses.set(
        key,
        setTimeout(() => {
          this.pauses.delete(key);
          this.enqueue(key);
        }, pause),
      );
    } else {
      this.enqueue(key);
    }
  }

  enqueue(key) {
    this.waiting.add(key);
    this.next();
  }

  // Everything typed so far is sent now; whether all of it was taken.
  async flush() {
    this.trouble = false;
    for (const [key, timer] of this.pauses) {
      clearTimeout(timer);
      this.waiting.add(key);
    }
    this.pauses.clear();
    this.next();
    const deadline = Date.now() + LONGEST_FLUSH;
    while (this.sending && Date.now() < deadline) {
      await Promise.race([this.sending, new Promise((resolve) => setTimeout(resolve, 200))]);
    }
    return !this.unsaved && !this.trouble;
  }

  // A link is followed once everything is saved; where something was not, the reader sees it first.
  following(event) {
    const link = event.target.closest?.("a[href]");
    const plain = link && !link.target && !link.hasAttribute("download") && event.button === 0;
    if (!plain || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!this.unsaved || link.hash && link.pathname === window.location.pathname) return;
    event.preventDefault();
    this.flush().then((saved) => {
      if (saved) window.location.assign(link.href);
    });
  }

  again() {
    if (!this.waiting.size) return;
    this.blocked = false;
    clearTimeout(this.timer);
    this.timer = null;
    this.next();
  }

  // One field at a time, so that the server sees them in the order they were written.
  next() {
    if (this.sending || this.blocked || this.timer || !this.waiting.size) return;
    const [key] = this.waiting;
    this.waiting.delete(key);
    this.sending = this.send(key).finally(() => {
      this.sending = null;
      this.next();
    });
  }

  async send(key, fresh = false) {
    const box = this.find(key);
    if (!box) return;
    this.show(box, "saving", words.saving);
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        body: this.payload(box),
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
        redirect: "manual",
        credentials: "same-origin",
      });
    } catch {
      this.later(key, box);
      return;
    }
    if (answer.status === 401 || answer.type === "opaqueredirect") {
      this.signedOut(key, box, answer.headers.get("X-Sign-In"));
    } else if (answer.status === 403 && !fresh) {
      // Signing in again elsewhere changed the form's token: fetch the present one and try once more.
      if (await this.renewToken()) await this.send(key, true);
      else this.later(key, box);
    } else if (answer.status === 429 || answer.status >= 500) {
      this.later(key, box, Number(answer.headers.get("Retry-After")) * 1000);
    } else if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
      this.tries = 0;
      this.done(key, box, answer.status, await answer.json());
    } else {
      this.show(box, "failed", words.closed);
    }
  }

  payload(box) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    for (const control of box.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (control.disabled) continue;
      if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
      if (control.tagName === "SELECT") {
        for (const option of control.selectedOptions) data.append(control.name, option.value);
      } else if (control.type === "file") {
        for (const file of control.files) data.append(control.name, file);
      } else {
        data.append(control.name, control.value);
      }
    }
    return data;
  }

  done(key, box, status, reply) {
    for (const [one, token] of Object.entries(reply.seen ?? {})) this.setSeen(one, token);
    this.applyAsked(reply.asked);
    const stale = (reply.stale ?? []).find((one) => one.key === key);
    const refusals = Array.isArray(reply.refused)
      ? Object.fromEntries(reply.refused.map((one) => [one.key, one.sentence]))
      : (reply.refused ?? {});
    const unknown = (reply.unknown ?? []).find((one) => one.key === key);
    const refused = refusals[key] ?? refusals[""] ?? reply.sentence ?? unknown?.sentence;
    this.trouble ||= Boolean(stale || refused);
    this.clearConflict(box);
    this.markWrong(box, Boolean(refused));
    if (stale) {
      this.show(box, "refused", words.stale);
      this.conflict(key, box, stale);
    } else if (refused) {
      this.show(box, "refused", say("refused", refused));
    } else if (status === 423 || reply.closed) {
      this.show(box, "refused", reply.closed || words.closed);
    } else if (status >= 200 && status < 300) {
      this.show(box, "saved", say("saved", clock()));
      this.keepFile(box);
    } else {
      this.show(box, "failed", words.closed);
    }
  }

  setSeen(key, token) {
    const seen = this.form.elements[`${key}-seen`];
    if (seen) seen.value = token;
  }

  // The server has the last word on which questions are asked.
  applyAsked(asked) {
    if (!Array.isArray(asked)) return;
    const shown = new Set(asked);
    for (const question of this.form.querySelectorAll("[data-question]")) {
      question.hidden = !shown.has(question.dataset.question);
    }
  }

  // A file that has been kept is not sent a second time with the page.
  keepFile(box) {
    for (const control of box.querySelectorAll('input[type="file"]')) {
      if (!control.files.length) continue;
      let line = box.querySelector("[data-file-kept]");
      if (!line) {
        line = document.createElement("p");
        line.className = "file-now";
        line.dataset.fileKept = "";
        control.before(line);
      }
      line.textContent = [...control.files].map((file) => file.name).join(", ");
      control.value = "";
    }
  }

  later(key, box, wait = 0) {
    this.waiting.add(key);
    this.show(box, "failed", words.waiting);
    this.tries += 1;
    const pause = Math.min(Math.max(wait || 0, 1000 * 2 ** Math.min(this.tries, 6)), LONGEST_WAIT);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.next();
    }, pause);
  }

  signedOut(key, box, address) {
    this.waiting.add(key);
    this.blocked = true;
    this.show(box, "failed", words.signed_out);
    const line = this.line(box);
    const link = document.createElement("a");
    link.href = address || "/account/login/";
    link.target = "_blank";
    link.textContent = words.sign_in;
    line.append(" ", link);
  }

  async renewToken() {
    try {
      const page = await fetch(window.location.href, { credentials: "same-origin" });
      const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
      const token = parsed.querySelector('main input[name="csrfmiddlewaretoken"]')?.value;
      if (!token) return false;
      for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) {
        input.value = token;
      }
      return true;
    } catch {
      return false;
    }
  }

  // The line has its place before there is anything to say, so that nothing moves under the pointer.
  line(box) {
    let line = box.querySelector("[data-state]");
    if (!line) {
      line = document.createElement("p");
      line.className = "field__state";
      line.dataset.state = "";
      line.setAttribute("role", "status");
      (box.matches(".field") ? box : (box.querySelector(".field") ?? box)).append(line);
    }
    return line;
  }

  show(box, state, text) {
    const line = this.line(box);
    line.dataset.state = state;
    line.textContent = text ?? "";
  }

  markWrong(box, wrong) {
    const field = box.matches(".field") ? box : box.querySelector(".field");
    field?.classList.toggle("field--wrong", wrong);
    for (const control of box.querySelectorAll("input, select, textarea")) {
      if (wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (!wrong) box.querySelector(".field__errors")?.remove();
  }

  clearConflict(box) {
    box.querySelectorAll(".conflict").forEach((panel) => panel.remove());
  }

  // Both texts side by side; one's own stays in the field until the reader decides.
  conflict(key, box, stale) {
    const panel = document.createElement("section");
    panel.className = "conflict";
    panel.tabIndex = -1;
    const title = document.createElement("h3");
    title.className = "conflict__title";
    title.textContent = stale.sentence ?? words.stale;
    const versions = document.createElement("div");
    versions.className = "conflict__versions";
    for (const [name, text, own] of [
      [words.saved_now, stale.theirs, false],
      [words.yours, stale.yours, true],
    ]) {
      const version = document.createElement("div");
      version.className = own ? "conflict__version conflict__version--yours" : "conflict__version";
      const head = document.createElement("h4");
      head.textContent = name;
      const body = document.createElement("div");
      body.className = "conflict__text conflict__text--plain";
      body.dir = "auto";
      body.textContent = text;
      version.append(head, body);
      versions.append(version);
    }
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    const mine = document.createElement("button");
    mine.type = "button";
    mine.className = "button button--small";
    mine.textContent = words.use_yours;
    mine.addEventListener("click", () => {
      this.setSeen(key, stale.seen ?? "");
      panel.remove();
      this.enqueue(key);
    });
    const theirs = document.createElement("button");
    theirs.type = "submit";
    theirs.name = "take-theirs";
    theirs.value = key;
    theirs.className = "button button--secondary button--small";
    theirs.textContent = words.keep_theirs;
    buttons.append(mine, theirs);
    panel.append(title, versions, buttons);
    box.append(panel);
  }

  // The page is sent as a whole; a field on its way arrives first, so that it is not taken for
  // somebody else's.
  submitted(event) {
    if (this.sending && !this.leaving) {
      event.preventDefault();
      const { submitter } = event;
      const slow = new Promise((resolve) => setTimeout(resolve, LONGEST_FLUSH));
      Promise.race([this.sending, slow]).then(() => {
        this.leaving = true;
        this.form.requestSubmit(submitter);
      });
      this.waiting.clear();
      return;
    }
    this.leaving = true;
    this.waiting.clear();
    for (const timer of this.pauses.values()) clearTimeout(timer);
    this.pauses.clear();
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  if (form.dataset.autosave) new Autosave(form);
}
