// Writes what waits into a file that only the platform can read (app/services/rescue.py), to be carried out on a stick.
import "./outbox.js";
import { bytes, encode } from "./sealed.js";

const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
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
  const parts = [];
  for (let at = 0; at < sealed.byteLength; at += 30_000) parts.push(base64(sealed.slice(at, at + 30_000)));
  return JSON.stringify({ key: base64(point), nonce: base64(iv), sealed: parts.join("") });
};

// Offer the file for as long as something waits and the key of the platform is known.
export const offerRescue = async (button, waiting) => {
  const platform = waiting.length && (await Outbox.get("rescue"));
  button.hidden = !platform;
  button.onclick = async () => {
    const file = new Blob([await seal(JSON.stringify({ events: waiting }), platform)]);
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "paso-seguro.paso" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
};
