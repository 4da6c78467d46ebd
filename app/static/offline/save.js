// Saving a module on this device: its size first, then what the device does not have yet, each part checked by its digest
// (a captive portal answers every request with a page of its own). What has arrived stays when the network goes.
import "./outbox.js";
import { hex } from "./sealed.js";

const DAY = 86_400_000;
const section = document.getElementById("save");
const KEPT_HEADERS = ["Content-Type", "Content-Language", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"];
const reader = document.documentElement.lang === "es" ? "es-419" : "en-GB"; // the day before the month, as on every page
const date = (when) => new Date(when).toLocaleDateString(reader, { day: "numeric", month: "short", year: "numeric" });
const size = (bytes) => (bytes / 1e6).toLocaleString(reader, { maximumFractionDigits: 1, minimumFractionDigits: 1 });

const fetchPart = async ({ copy, digest }) => {
  const answer = await fetch(copy, { cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status} ${copy}`);
  const body = await answer.arrayBuffer();
  if (hex(new Uint8Array(await crypto.subtle.digest("SHA-256", body))) !== digest) throw new Error(`not what was promised: ${copy}`);
  const headers = KEPT_HEADERS.filter((name) => answer.headers.has(name)).map((name) => [name, answer.headers.get(name)]);
  return new Response(body, { headers });
};

const missing = async (manifest) => {
  const cache = await caches.open(Outbox.CACHE);
  const had = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname.slice(1)));
  return [...new Map(manifest.items.filter(({ digest }) => !had.has(digest)).map((item) => [item.digest, item])).values()];
};

// Parts that no saved or half-saved module needs leave the device, and those of copies that are too old.
const tidy = async () => {
  const cache = await caches.open(Outbox.CACHE);
  const wanted = ({ items, coming, expires }) => [...(expires > Date.now() ? items : []), ...(coming ?? [])];
  const needed = new Set((await Outbox.all("modules")).flatMap(wanted).map(({ digest }) => digest));
  for (const request of await cache.keys()) {
    if (!needed.has(new URL(request.url).pathname.slice(1))) await cache.delete(request);
  }
};

export const save = async (manifest, address, { course, module }, onPart) => {
  const { user, title, language, edition, lessons, checks, items } = manifest;
  const old = await Outbox.get(address, "modules");
  const record = { address, course, module, user, title, language, items: [], at: 0, expires: 0, ...old };
  await Outbox.put("modules", { ...record, coming: items }); // begun: what arrives from now on is kept
  navigator.storage?.persist?.();
  await Outbox.session(); // the key for rescue files, while there is a connection
  const parts = await missing(manifest);
  const cache = await caches.open(Outbox.CACHE);
  for (const [place, part] of parts.entries()) {
    onPart(place + 1, parts.length);
    await cache.put(`/${part.digest}`, await fetchPart(part));
  }
  const now = Date.now();
  const made = { user, title, language, edition, lessons, checks, items };
  await Outbox.put("modules", { ...record, ...made, coming: null, at: now, expires: now + manifest.days * DAY });
  await tidy();
};

export const initSaving = async (words, fill, show) => {
  if (!section) return;
  const here = document.getElementById("offline").dataset;
  const address = location.pathname;
  const said = section.querySelector("[data-said]");
  const button = section.querySelector("[data-save]");
  const label = button.querySelector("span");
  const remove = section.querySelector("[data-remove]");
  const pages = document.getElementById("save-pages");
  const first = label.textContent;
  let manifest;

  const showState = async () => {
    const record = await Outbox.get(address, "modules");
    const kept = record?.items.length && record.user === here.user;
    const whole = kept && record.expires > Date.now();
    remove.hidden = !record;
    label.textContent = whole ? words.update : first;
    pages.checked = (await Outbox.get("pages")) === here.user;
    show(said, kept ? fill(whole ? words.saved : words.over, { date: date(record.at), until: date(record.expires) }) : "");
    section.hidden = false;
    return whole;
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (!manifest) {
        const { status, told } = await Outbox.ask(section.dataset.manifest.slice(here.root.length));
        if (status !== 200 || !told?.items) throw new Error(status);
        manifest = told;
        const bytes = (await missing(told)).reduce((sum, part) => sum + part.size, 0);
        show(said, bytes ? fill(words.size, { size: size(bytes) }) : words.same);
        label.textContent = fill(words.yes, { size: size(bytes) });
        if (bytes) return;
      }
      await Outbox.set("pages", pages.checked ? here.user : "");
      if (!pages.checked) await caches.delete(Outbox.PAGES + here.user);
      await save(manifest, address, here, (n, total) => show(said, fill(words.saving, { n, total })));
      manifest = undefined;
      await showState();
    } catch (error) {
      manifest = undefined;
      label.textContent = first;
      show(said, error.name === "QuotaExceededError" ? words.full : words.failed);
    } finally {
      button.disabled = false;
    }
  });
  remove.addEventListener("click", async () => {
    await Outbox.drop("modules", address);
    await tidy();
    await showState();
  });
  await tidy();
  await showState();
};

// On the page for no connection: what can be read here.
export const listSaved = async (words, element) => {
  const place = document.getElementById("saved-modules");
  if (!place) return;
  if (await Outbox.get("lock")) return document.querySelector("main p").replaceChildren(words.locked);
  const user = await Outbox.get("user");
  const found = (await Outbox.all("modules")).filter((one) => one.items.length && one.user === user && one.expires > Date.now());
  const link = ({ address, title }) => element("h3", {}, element("a", { href: address, textContent: title }));
  place.querySelector("ul").replaceChildren(...found.map((one) => element("li", {}, link(one))));
  place.hidden = !found.length;
};
