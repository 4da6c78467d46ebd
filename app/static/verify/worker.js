// Keeps the page that verifies certificates, its files, the public keys and the list of revocations, for where there is no
// connection. Nothing that a reader gave or got is kept: pages are asked for without cookies, and answers to codes never.
// Its first lines are made by the server (app/web/verifier.py): what to keep, and a version that changes with it.
const { version, scope, pages, files, shared } = self.KEPT;
const PREFIX = "verify-";
const CACHE = PREFIX + version;
const LANGUAGE = `${scope}/language`;
const PATIENCE = 5_000; // milliseconds of a weak link, before the kept page serves

const keep = async (address) => {
  const answer = await fetch(address, { credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  await (await caches.open(CACHE)).put(address, answer);
};

const kept = async (address) => (await caches.open(CACHE)).match(address, { ignoreVary: true });

self.addEventListener("install", (event) =>
  event.waitUntil(Promise.all([...Object.values(pages), ...files, ...shared].map(keep)).then(() => self.skipWaiting())),
);

self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name)))),
  ),
);

const soon = (promise) =>
  Promise.race([promise, new Promise((_, give_up) => setTimeout(() => give_up(new Error("slow")), PATIENCE))]);

// The page itself, in the language asked for, or that it was last read in.
const page = async (request, asked) => {
  if (asked in pages) await remember(asked);
  try {
    const answer = await soon(fetch(request));
    if (answer.status >= 500) throw new Error(answer.status);
    await remember(answer.headers.get("Content-Language"));
    return answer;
  } catch {
    const last = await (await kept(LANGUAGE))?.text();
    const reader = (navigator.languages ?? []).map((code) => code.slice(0, 2)).find((code) => code in pages);
    return kept(pages[last] ?? pages[reader] ?? pages.es);
  }
};

const remember = async (language) => {
  if (language in pages) await (await caches.open(CACHE)).put(LANGUAGE, new Response(language));
};

// The answer to a typed code is the server's: without a connection, the page says so.
const answer = (request) => fetch(request).catch(() => Response.redirect(`${location.origin}${scope}#offline`));

const newest = async (address) => {
  const coming = fetch(address, { credentials: "omit", redirect: "error" });
  try {
    const found = await soon(coming);
    if (!found.ok) throw new Error(found.status);
    await (await caches.open(CACHE)).put(address, found.clone());
    return found;
  } catch {
    return (await kept(address)) ?? coming;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const here = request.method === "GET" && url.pathname === scope;
    event.respondWith(here ? page(request, url.searchParams.get("lang")) : answer(request));
  } else if (request.method === "GET" && shared.includes(url.pathname)) event.respondWith(newest(url.pathname));
  else if (request.method === "GET" && files.includes(url.pathname)) {
    event.respondWith(kept(url.pathname).then((found) => found ?? fetch(request)));
  }
});
