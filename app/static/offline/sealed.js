// Opens what a saved copy holds sealed: what follows an answer, once it is given. See app/services/offline.py for what
// this protects against, and what not. Seals what is carried out of a post on a stick: answers that wait, in a file that
// only the platform can read (app/services/rescue.py).
import "./outbox.js";

const SALT = 12;

// The one way in which text becomes markup or a script's address on an officer's page (trusted types): what was sealed by
// the server, and our own worker.
const rules = { createHTML: String, createScriptURL: String };
export const trusted = self.trustedTypes?.createPolicy("paso-page", rules) ?? rules;

export const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
export const encode = (text) => new TextEncoder().encode(text);

export const unseal = async (sealed, ...key) => {
  const raw = bytes(sealed);
  const salt = raw.slice(0, SALT);
  const words = encode([hex(salt), ...key].join("\n"));
  const secret = await crypto.subtle.importKey("raw", await crypto.subtle.digest("SHA-256", words), "AES-GCM", false, ["decrypt"]);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: salt }, secret, raw.slice(SALT));
  return JSON.parse(new TextDecoder().decode(opened));
};

// A simulation in a saved copy: each choice opens the scene that it leads to.
export class Play {
  constructor(edges, run = crypto.randomUUID()) {
    Object.assign(this, { edges, run, critical: false, dials: {} });
  }

  // Make a choice and show where it leads. With `quietly`, the focus stays: it is a run shown again.
  async choose(item, scene, choice, quietly) {
    const edge = `${scene}/${choice}`;
    const { html, after, dials, critical } = await unseal(this.edges[edge], item, edge);
    this.critical ||= critical;
    for (const [name, change] of Object.entries(dials)) this.dials[name] = (this.dials[name] ?? 0) + change;
    document.getElementById("scene").outerHTML = trusted.createHTML((this.critical && after) || html);
    const list = document.querySelector("[data-dials]");
    for (const [place, name] of list.dataset.dials.split(" ").entries()) {
      const value = this.dials[name] ?? 0;
      const dial = list.children[place];
      dial.querySelector("meter").value = value;
      dial.querySelector("span").textContent = (value > 0 ? "+" : "") + `${value}`.replace("-", "−");
    }
    const heading = document.getElementById("scene-title");
    heading.tabIndex = -1;
    if (!quietly) heading.focus();
  }
}

// Rescue files ---------------------------------------------------------------------------------------------------------------

const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const P256 = { name: "ECDH", namedCurve: "P-256" };

const seal = async (content, platform) => {
  const theirs = await crypto.subtle.importKey("raw", bytes(platform), P256, false, []);
  const mine = await crypto.subtle.generateKey(P256, false, ["deriveBits"]);
  const point = await crypto.subtle.exportKey("raw", mine.publicKey);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const source = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: point, info: encode("paso rescue file") };
  const key = await crypto.subtle.deriveKey(how, source, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, encode(content));
  return JSON.stringify({ key: base64(point), nonce: base64(iv), sealed: base64(sealed) });
};

// Offer the file for as long as something waits and the key of the platform is known.
export const offerRescue = async (button, waiting) => {
  const platform = waiting.length && (await Outbox.get("rescue"));
  button.hidden = !platform;
  button.onclick = async () => {
    const proofs = {};
    for (const { user } of waiting) proofs[user] = await Outbox.get(`proof/${user}`);
    const file = new Blob([await seal(JSON.stringify({ events: waiting, proofs }), platform)], { type: "application/octet-stream" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "paso-seguro.paso" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
};
