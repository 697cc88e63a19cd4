// Passkeys: turns a form with data-passkey="register" or "sign-in" into a ceremony of the browser.
// The options stand in data-options as JSON (its byte fields in base64url); the answer goes, as JSON, into the form's
// hidden field `credential`, and the form is sent. Without this file the button stays hidden.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

function read(options, making) {
  const Own = window.PublicKeyCredential;
  if (making) {
    return Own.parseCreationOptionsFromJSON ? Own.parseCreationOptionsFromJSON(options) : {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    };
  }
  return Own.parseRequestOptionsFromJSON ? Own.parseRequestOptionsFromJSON(options) : {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: named(options.allowCredentials),
  };
}

function write(credential) {
  if (credential.toJSON) return credential.toJSON();
  const from = credential.response;
  const response = { clientDataJSON: text(from.clientDataJSON) };
  if (from.attestationObject) {
    response.attestationObject = text(from.attestationObject);
    response.transports = from.getTransports ? from.getTransports() : [];
  } else {
    response.authenticatorData = text(from.authenticatorData);
    response.signature = text(from.signature);
    if (from.userHandle && from.userHandle.byteLength) response.userHandle = text(from.userHandle);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

async function run(form) {
  const making = form.dataset.passkey === "register";
  const publicKey = read(JSON.parse(form.dataset.options), making);
  const held = navigator.credentials;
  const credential = await (making ? held.create({ publicKey }) : held.get({ publicKey }));
  form.elements.namedItem("credential").value = JSON.stringify(write(credential));
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const error = form.querySelector("[data-passkey-error]");
  if (!window.PublicKeyCredential || !button) continue;
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    if (error) error.hidden = true;
    run(form).catch(() => {
      button.disabled = false;
      if (error) error.hidden = false;
    });
  });
}
