// Passkeys: <form data-passkey="/address/of/options">, with a hidden field "answer". The button asks the server what to ask
// the device, the device answers, and the form is sent with the answer. Without WebAuthn the form stays hidden.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const listed = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

// Older browsers have no parse…FromJSON and toJSON: by hand it is the same everywhere.
const ask = async (options) => {
  options.challenge = bytes(options.challenge);
  if (!options.user) {
    options.allowCredentials = listed(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = listed(options.excludeCredentials);
  return navigator.credentials.create({ publicKey: options });
};

const told = ({ id, rawId, type, response, authenticatorAttachment }) => {
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) said[name] = text(response[name]);
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({ id, rawId: text(rawId), type, response: said, authenticatorAttachment, clientExtensionResults: {} });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const { passkey, none, stopped, elsewhere } = form.dataset;
  const place = form.querySelector("[data-said]");
  const say = (words) => {
    place.textContent = words;
    place.hidden = !words;
  };
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    say("");
    try {
      const headers = { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" };
      const response = await fetch(passkey, { method: "POST", headers });
      if (response.redirected) return location.assign(response.url);
      if (!response.ok) return say(none);
      const options = await response.json();
      const shared = document.querySelector("input[type=checkbox][name=shared]");
      if (shared && form.elements.shared) form.elements.shared.value = shared.checked ? "y" : "";
      form.elements.answer.value = told(await ask(options));
    } catch (problem) {
      // The person closed the dialog, or there is no passkey here; or the address is not the one passkeys belong to.
      return say(problem.name === "SecurityError" ? elsewhere : problem.name === "TypeError" ? none : stopped);
    }
    form.submit();
  });
}
