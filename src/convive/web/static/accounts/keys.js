// Security keys and passkeys: the one thing about signing in that a browser does by script only.
// The page says what to ask of the key (data-options); the key's answer goes into the form.
"use strict";

const decode = (text) => {
  const filled = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(filled), (sign) => sign.charCodeAt(0)).buffer;
};

const encode = (buffer) => {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const read = (text) => {
  const options = JSON.parse(text);
  options.challenge = decode(options.challenge);
  if (options.user) options.user.id = decode(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    options[list] = (options[list] || []).map((one) => ({ ...one, id: decode(one.id) }));
  }
  return options;
};

const write = (credential) => {
  const said = { clientDataJSON: encode(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) said[part] = encode(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id, rawId: encode(credential.rawId), type: credential.type,
    response: said, clientExtensionResults: {},
  });
};

const ask = async (place, form, said) => {
  said.textContent = "";
  try {
    const publicKey = read(place.dataset.options);
    const credential = await navigator.credentials[place.dataset.key]({ publicKey });
    form.elements.answer.value = write(credential);
    form.submit();
  } catch {
    said.textContent = place.dataset.cancelled;
  }
};

for (const place of document.querySelectorAll("[data-key]")) {
  const said = place.querySelector(".key-said");
  const form = place.matches("form") ? place : place.querySelector("form");
  if (!window.PublicKeyCredential) {
    if (said && place.dataset.unable) said.textContent = place.dataset.unable;
    continue;
  }
  place.hidden = false;
  const button = place.querySelector(".key-button");
  if (button) {
    button.addEventListener("click", () => ask(place, form, said));
  } else {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(place, form, said);
    });
  }
}
