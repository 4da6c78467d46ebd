// Verifies the square code of a certificate in the page, and sends nothing anywhere: the facts come after the # of the
// address, from a picture, or pasted. The same script is in the file that is taken along on a stick, once for each
// language. All words are in the page, in templates; without this script it still takes typed codes.
import { Refused, fromHex, judge, readList, readToken } from "./check.js";

const checkers = [...document.querySelectorAll("[data-checker]")];
const embedded = document.getElementById("kept");

// Keys and list ------------------------------------------------------------------------------------------------------------

let brought = null; // a list that the reader chose

const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Refused("unready");
  return answer;
};

// A list that is not ours, or does not come, is no list.
const listFrom = (bytes, keys) =>
  Promise.resolve(bytes)
    .then((read) => readList(read, keys))
    .catch(() => null);

// { keys, since, list }: list is null where none can be had.
const gather = async () => {
  if (embedded) {
    const { keys, revoked } = JSON.parse(embedded.textContent);
    return { ...keys, list: newest(await listFrom(fromHex(revoked), keys.keys)) };
  }
  const { keys: address, list } = checkers[0].dataset;
  const bytes = fetched(list)
    .then(async (answer) => new Uint8Array(await answer.arrayBuffer()))
    .catch(() => null);
  const keys = await fetched(address)
    .then((answer) => answer.json())
    .catch(() => {
      throw new Refused("unready");
    });
  return { ...keys, list: newest(await listFrom(bytes, keys.keys)) };
};

const newest = (list) => (brought && !(list?.issued > brought.issued) ? brought : list);

// What is told -------------------------------------------------------------------------------------------------------------

const words = (checker) => {
  const { months, day, days, hour, hours, fresh, oneHour, manyHours } = checker.dataset;
  const language = checker.closest("[lang]").lang;
  const written = (date) => `${date.day} ${months.split(" ")[date.month]} ${date.year}`;
  const count = (one, many, number) => (number === 1 ? one : many).replace("{n}", number);
  return {
    language,
    hours: (number) => count(oneHour, manyHours, number),
    date: (days) => {
      const date = new Date(days * 86_400_000);
      return written({ day: date.getUTCDate(), month: date.getUTCMonth(), year: date.getUTCFullYear() });
    },
    moment: (seconds) => {
      const date = new Date(seconds * 1000);
      const clock = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
      return `${written({ day: date.getDate(), month: date.getMonth(), year: date.getFullYear() })}, ${clock}`;
    },
    age: (seconds) => {
      const passed = Math.floor(seconds / 3600);
      return passed < 1 ? fresh : passed < 48 ? count(hour, hours, passed) : count(day, days, Math.floor(passed / 24));
    },
  };
};

// What goes into the places of a template, by their names; what is empty takes its row with it.
const values = (speak, { facts, list, ended, since }, now) => ({
  ...(facts && {
    ...facts,
    country: facts.country[speak.language],
    course: facts.course[speak.language],
    issuer: facts.issuer[speak.language],
    hours: speak.hours(facts.hours),
    online: speak.hours(facts.online),
    in_person: speak.hours(facts.in_person),
    split: facts.online && facts.in_person ? "split" : "",
    completed: speak.date(facts.completed),
    issued: speak.date(facts.issued),
    refreshed: facts.refreshed === null ? "" : speak.date(facts.refreshed),
    expires: facts.expires === null ? "" : speak.date(facts.expires),
    signers: facts.signers.join(", "),
  }),
  day: ended === undefined ? "" : speak.date(ended),
  since: since ? speak.date(Date.parse(since) / 86_400_000) : "",
  listed: list ? speak.moment(list.issued) : "",
  age: list ? speak.age(now - list.issued) : "",
  late: list && now > list.due ? "late" : "",
});

const filled = (template, told, kind) => {
  const copy = template.content.cloneNode(true);
  for (const part of copy.querySelectorAll("[data-when]")) if (part.dataset.when !== kind) part.remove();
  for (const part of copy.querySelectorAll("[data-if]")) if (!told[part.dataset.if]) part.remove();
  for (const part of copy.querySelectorAll("[data-fact]")) part.textContent = told[part.dataset.fact] ?? "";
  return copy;
};

const tell = (outcome, about = {}) => {
  const now = Date.now() / 1000;
  for (const checker of checkers) {
    const told = values(words(checker), about, now);
    const place = checker.querySelector("[data-told]");
    const part = (name) => filled(checker.querySelector(`template[data-outcome="${name}"]`), told, about.facts?.kind);
    place.replaceChildren(part(outcome), ...(about.facts ? [part("facts")] : []));
    for (const link of place.querySelectorAll("[data-register]")) link.href = `${checker.dataset.answers}/${told.serial}`;
    place.hidden = false;
    if (outcome !== "busy") place.focus();
  }
};

let asked = 0;

const check = async (digits) => {
  const mine = ++asked;
  tell("busy");
  const said = await verdict(digits);
  if (mine === asked) tell(...said); // another code may have been asked about meanwhile
};

const verdict = async (digits) => {
  let known = {};
  try {
    known = await gather();
    const facts = await readToken(digits, known.keys);
    const { outcome, ended } = await judge(facts, known.list, Date.now() / 1000);
    return [outcome, { facts, ended, list: known.list }];
  } catch (no) {
    return [no instanceof Refused ? no.code : "unreadable", { since: known.since }];
  }
};

// What is given ------------------------------------------------------------------------------------------------------------

// The digits in what a scan gave: they stand alone, or after the # of an address.
const digitsIn = (text) => {
  const bare = text.replace(/\s+/g, "");
  const last = bare.slice(bare.lastIndexOf("#") + 1);
  return /^[0-9]{20,}$/.test(last) ? last : "";
};

const fromAddress = () => {
  const given = location.hash.slice(1);
  if (!/^[0-9]{20}/.test(given) && given !== "offline") return;
  try {
    history.replaceState(history.state, "", location.pathname + location.search); // it must not stay to be read
  } catch {
    // a page from a disk may not be allowed to
  }
  if (given === "offline") tell("offline");
  else check(given);
};

for (const checker of checkers) {
  checker.querySelector("form").addEventListener("submit", (event) => {
    const field = event.target.querySelector("input:not([type=hidden]), textarea");
    const digits = digitsIn(field.value);
    // A typed code goes to its address by itself: a page that was kept holds no token to post with.
    const code = field.value.replace(/^.*\/verify\//, "").replace(/[?#].*$/, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    if (digits || !checker.dataset.answers) {
      event.preventDefault();
      if (digits) field.value = "";
      check(digits || code);
    } else if (code) {
      event.preventDefault();
      location.assign(`${checker.dataset.answers}/${encodeURIComponent(code.toUpperCase().replaceAll(" ", "-").slice(0, 60))}${location.search}`);
    }
  });

  const picture = checker.querySelector("[data-picture]");
  if (picture && "BarcodeDetector" in window) {
    picture.closest("[hidden]").hidden = false;
    picture.addEventListener("change", async () => {
      const [file] = picture.files;
      picture.value = "";
      if (!file) return;
      tell("busy");
      try {
        const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
        check(digitsIn(found?.rawValue ?? ""));
      } catch {
        tell("unreadable");
      }
    });
  }

  const newer = checker.querySelector("[data-newer]");
  newer?.addEventListener("change", async () => {
    const [file] = newer.files;
    newer.value = "";
    if (!file) return;
    const { keys } = await gather();
    const list = await listFrom(file.arrayBuffer().then((read) => new Uint8Array(read)), keys);
    if (list && !(brought?.issued > list.issued)) brought = list;
    tell(list ? "newer-list" : "no-list", { list });
  });
}

addEventListener("hashchange", fromAddress);
fromAddress();

// Once visited, the page and what it needs are kept for where there is no connection.
const { worker, scope } = checkers[0]?.dataset ?? {};
if (worker && "serviceWorker" in navigator) {
  const policy = self.trustedTypes?.createPolicy("paso-verify", { createScriptURL: (address) => address });
  navigator.serviceWorker.register(policy ? policy.createScriptURL(worker) : worker, { scope }).catch(() => {});
}
