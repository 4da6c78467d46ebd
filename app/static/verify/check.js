// Verifies the facts in a square code, and the list of certificates that ended early, with nothing but the browser.
// What is signed, and how, is written in certificates/cose.py, token.py and revocations.py; this reads no other spelling.

// Why something is not what it should be: unreadable, not-ours, altered; or unable, when the browser knows no Ed25519.
export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const DAY = 86_400;
const need = (good) => {
  if (!good) throw new Refused("unreadable");
};

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const letters = (text) => new TextEncoder().encode(text);

// CBOR: numbers, bytes, texts, lists, yes, no, nothing; each in its shortest form.
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.place = 0;
  }

  take(count) {
    need(this.place + count <= this.bytes.length);
    this.place += count;
    return this.bytes.subarray(this.place - count, this.place);
  }

  head() {
    const [first] = this.take(1);
    const short = first & 31;
    if (short < 24) return [first >> 5, short];
    need(short < 28);
    const number = this.take(1 << (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    need(number >= [24, 256, 65_536, 2 ** 32][short - 24] && number <= Number.MAX_SAFE_INTEGER);
    return [first >> 5, number];
  }

  item(deep = 0) {
    const [kind, number] = this.head();
    need(deep < 5);
    if (kind === 0) return number;
    if (kind === 1) return -1 - number;
    if (kind === 2) return this.take(number);
    if (kind === 3) return text(this.take(number));
    if (kind === 4) return Array.from({ length: Math.min(number, this.bytes.length) }, () => this.item(deep + 1));
    need(kind === 7 && number >= 20 && number <= 22);
    return [false, true, null][number - 20];
  }

  end() {
    need(this.place === this.bytes.length);
  }
}

const text = (bytes) => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("unreadable");
  }
};

const head = (kind, size) =>
  size < 24 ? [(kind << 5) | size] : size < 256 ? [(kind << 5) | 24, size] : size < 65_536 ? [(kind << 5) | 25, size >> 8, size & 255] : [(kind << 5) | 26, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];

// COSE_Sign1 with Ed25519: everything before the name of the key, and between it and the data, is always the same.
const BEFORE = [0xd2, 0x84, 0x49];
const PROTECTED = [0xa2, 0x01, 0x27, 0x04, 0x44];

// What is signed in these bytes, if one of *keys* (id → key, in hexadecimal) signed it.
const opened = async (bytes, keys) => {
  const reader = new Reader(bytes);
  for (const byte of [...BEFORE, ...PROTECTED]) need(reader.take(1)[0] === byte);
  const name = reader.take(4);
  need(reader.take(1)[0] === 0xa0);
  const [kind, size] = reader.head();
  need(kind === 2);
  const data = reader.take(size);
  need(toHex(reader.take(2)) === "5840");
  const signature = reader.take(64);
  reader.end();
  const known = Object.hasOwn(keys, toHex(name)) && keys[toHex(name)];
  if (!known) throw new Refused("not-ours");
  const signed = joined([0x84, 0x6a], letters("Signature1"), [0x49], PROTECTED, name, [0x40], head(2, size), data);
  if (!(await verified(fromHex(known), signature, signed))) throw new Refused("altered");
  return data;
};

const verified = async (key, signature, signed) => {
  try {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, signed);
  } catch {
    throw new Refused("unable"); // an older browser, or an address without HTTPS
  }
};

// Seventeen digits are seven bytes; what is left over has fewer of both.
const SIZES = { 3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7 };

const fromDigits = (digits) => {
  need(/^[0-9]{1,6000}$/.test(digits));
  const pieces = digits.match(/.{1,17}/g).map((piece) => {
    const size = SIZES[piece.length];
    const hex = BigInt(piece).toString(16).padStart(2 * (size ?? 0), "0");
    need(size && hex.length === 2 * size);
    return fromHex(hex);
  });
  return joined(...pieces);
};

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const serialOf = (bytes) => {
  need(bytes.length === 9);
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("").slice(2);
  return bits.match(/.{5}/g).map((five) => SYMBOLS[parseInt(five, 2)]).join("").replace(/(.{4})(?=.)/g, "$1-");
};

const both = (words) => (typeof words === "string" ? { en: words, es: words } : { en: words[0], es: words[1] });

// The facts in the digits of a square code. Throws Refused.
export const readToken = async (digits, keys) => {
  const reader = new Reader(await opened(fromDigits(digits), keys));
  const plain = reader.item();
  reader.end();
  need(Array.isArray(plain) && plain.length === 23 && plain[0] === 1);
  const [, packed, kind, language, name, rank, institution, country, courseCode, course, online, inPerson, modules, practices, exam, completed, issued, expires, place, issuer, edition, signers, refreshed] = plain;
  return {
    serial: serialOf(packed), kind: ["completion", "participation"][kind], language: ["en", "es"][language],
    name, rank, institution, country: both(country), course_code: courseCode, course: both(course),
    online: online / 100, in_person: inPerson / 100, hours: (online + inPerson) / 100, modules, practices, exam,
    completed, issued, expires, place, issuer: both(issuer), edition, signers, refreshed,
  };
};

// The list: when it was made and when the next is due, in seconds, and what it has. Throws Refused.
export const readList = async (bytes, keys) => {
  const reader = new Reader(await opened(bytes, keys));
  const plain = reader.item();
  reader.end();
  need(Array.isArray(plain) && plain.length === 4 && plain[0] === "paso-revocations-1" && plain[3].length % 11 === 0);
  const ended = new Map();
  for (let place = 0; place < plain[3].length; place += 11) {
    const entry = plain[3].subarray(place, place + 11);
    ended.set(toHex(entry.subarray(0, 8)), { state: ["replaced", "revoked"][entry[8]], day: entry[9] * 256 + entry[10] });
  }
  return { issued: plain[1], due: plain[2], ended };
};

// What a certificate is worth: valid, expired, replaced, revoked; or unlisted, when no list says whether it ended early.
// The clock of a borrowed computer may be wrong, but it is not earlier than the list.
export const judge = async (facts, list, now) => {
  const today = Math.floor(Math.max(now, list?.issued ?? 0) / DAY);
  const name = new Uint8Array(await crypto.subtle.digest("SHA-256", letters(facts.serial))).subarray(0, 8);
  const ended = list?.ended.get(toHex(name));
  if (ended) return { outcome: ended.state, ended: ended.day };
  if (facts.expires !== null && facts.expires < today) return { outcome: "expired" };
  return { outcome: list ? "valid" : "unlisted" };
};
