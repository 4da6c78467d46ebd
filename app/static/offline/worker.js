// Serves saved modules where there is no network, and sends what waits when there is one. By itself it keeps only the files
// that pages are made of and the page that says there is no connection; everything else is kept because somebody asked.
// Its first lines are made by the server (app/web/installing.py): addresses, and a version that changes with them.
const { version, root, pages, files } = self.KEPT;
const SHELL = "shell-";
const PATIENCE = 4_000; // milliseconds of a weak link, before a saved copy serves
Outbox.root = root;

const keep = async (address) => {
  // a file's name tells its content: what the page has just fetched does not come over the line again
  const cache = address.includes("/static/") ? "default" : "reload";
  const answer = await fetch(address, { credentials: "omit", redirect: "error", cache });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  await (await caches.open(SHELL + version)).put(address, answer);
};

self.addEventListener("install", (event) =>
  event.waitUntil(Promise.all([...Object.values(pages), ...files].map(keep)).then(() => self.skipWaiting())),
);
self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(SHELL) && name !== SHELL + version))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);

const shell = async (address) => (await caches.open(SHELL + version)).match(address, { ignoreVary: true });

// "No connection", in the language last read or of the device.
const noConnection = async () => {
  const spoken = [await Outbox.get("language").catch(() => ""), ...(navigator.languages ?? [])];
  const code = spoken.map((one) => String(one ?? "").slice(0, 2)).find((one) => one in pages) ?? "es";
  return (await shell(pages[code])) ?? Response.error();
};

// Pages with the officer's progress are kept as they were last seen, if they asked for it when they saved a module.
const seen = async (path) => {
  const owner = (await Outbox.get("pages")) === (await Outbox.get("user")) && (await Outbox.get("pages"));
  const mine = [/^\/learn\/$/, /^\/learn\/[^/]+\/$/].some((one) => one.test(path.slice(root.length)));
  return owner && mine && !(await Outbox.get("lock")) ? caches.open(Outbox.PAGES + owner) : null;
};

const page = async (request) => {
  const { origin, pathname } = new URL(request.url);
  if (await Outbox.get("lock").catch(() => false)) {
    try {
      await Outbox.endSession();
    } catch {
      return noConnection();
    }
  }
  const album = await seen(pathname).catch(() => null);
  const copy = (await Outbox.saved(pathname).catch(() => null)) ?? (await album?.match(origin + pathname));
  const stop = new AbortController();
  const late = copy && setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.status >= 500 && copy) return copy;
    // only what the server itself said to this officer: a portal's page knows nothing of our policy
    if (album && answer.status === 200 && answer.headers.has("Content-Security-Policy")) {
      await album.put(origin + pathname, answer.clone()).catch(() => {});
    }
    const code = answer.headers.get("Content-Language");
    if (code in pages) await Outbox.set("language", code).catch(() => {});
    return answer;
  } catch {
    return copy ?? noConnection();
  } finally {
    clearTimeout(late);
  }
};

// Signing out: a last try to send, then nothing of the lessons stays. Without a network the device is locked until the
// server has ended the sign-in; what waits stays, for its owner.
const signOut = async (request) => {
  const body = await request.clone().text();
  await Promise.race([Outbox.flush(), new Promise((done) => setTimeout(done, PATIENCE))]).catch(() => {});
  await Outbox.purge().catch(() => {});
  try {
    if (!body.includes("csrf_token")) {
      await Outbox.endSession(); // from a saved copy, which has no token
      return Response.redirect(`${root}/account/sign-in`, 303);
    }
    const headers = { "Content-Type": request.headers.get("Content-Type"), Accept: "text/html" };
    const answer = await fetch(request.url, { method: "POST", body, headers, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && answer.status >= 500) throw new Error(answer.status);
    return answer;
  } catch {
    await Outbox.set("lock", true);
    return noConnection();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const path = pathname.slice(root.length);
  if (request.mode === "navigate") {
    if (request.method === "POST" && path === "/account/sign-out") event.respondWith(signOut(request));
    else if (request.method === "GET") event.respondWith(page(request));
  } else if (request.method === "GET" && (path.startsWith("/static/") || path.includes("/media/"))) {
    event.respondWith(
      shell(pathname)
        .then((found) => found ?? Outbox.saved(pathname))
        .catch(() => null)
        .then((found) => found ?? fetch(request)),
    );
  }
});

self.addEventListener("sync", (event) =>
  event.waitUntil(
    Outbox.flush().then(({ state }) => {
      if (state === "retry") throw new Error("again");
    }),
  ),
);
