// Fills in a form marked data-passkey with what a passkey says: `login` asks the site for a challenge
// first, `use` and `create` find theirs in the page (script #passkey-data).

const api = globalThis.webauthnJSON;

function challenge() {
  return JSON.parse(document.getElementById("passkey-data").textContent);
}

async function fetched(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    throw new DOMException("no challenge", "NetworkError");
  }
  return answer.json();
}

async function credential(form) {
  if (form.dataset.passkey === "create") {
    const options = challenge().creation_options;
    const alone = form.elements.passwordless;
    const asked = options.publicKey.authenticatorSelection;
    asked.residentKey = alone && alone.checked ? "required" : "discouraged";
    asked.requireResidentKey = Boolean(alone && alone.checked);
    if (asked.requireResidentKey) {
      asked.userVerification = "required";
    }
    return api.create(options);
  }
  const data = form.dataset.passkey === "login" ? await fetched(form) : challenge();
  return api.get(data.request_options);
}

function complain(form, error) {
  const box = form.querySelector("[data-passkey-error]");
  const words = {
    SecurityError: box.dataset.insecure,
    NetworkError: box.dataset.offline,
    TypeError: box.dataset.offline,
    InvalidStateError: box.dataset.known,
  };
  box.querySelector("p").textContent = words[error.name] || box.dataset.cancelled;
  box.hidden = false;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!api || !api.supported()) {
    continue;
  }
  form.querySelector("[data-passkey-ready]").hidden = false;
  form.querySelector("[data-passkey-missing]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector("[data-passkey-error]").hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await credential(form));
      form.submit();
    } catch (error) {
      complain(form, error);
    }
  });
}
