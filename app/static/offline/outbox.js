// What waits on this device, and how it is sent. Shared by pages and the service worker, so a plain script: it puts one
// name, Outbox, where both find it. An event is written down first, then sent; it leaves only when the server names its id.
(() => {
  const DATABASE = "paso-offline";
  const CACHE = "saved"; // lessons and pictures, each under the digest of its content
  const PAGES = "seen-"; // + owner: pages with a name on them, kept only where their owner asked for it
  const MOST = 50; // events in one batch, as the server takes them
  const PATIENCE = 20_000;

  let opening;
  const open = () =>
    (opening ??= new Promise((done, failed) => {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        const made = request.result;
        made.createObjectStore("outbox", { keyPath: "id" }); // not yet acknowledged
        made.createObjectStore("arrived", { keyPath: "id" }); // acknowledged: what a saved page shows as answered
        made.createObjectStore("problems", { keyPath: "id" }); // refused by the rules, to be told
        made.createObjectStore("modules", { keyPath: "address" }); // saved modules and what they consist of
        made.createObjectStore("meta"); // device, lock, pages, count
      };
      request.onsuccess = () => {
        const opened = request.result;
        opened.onversionchange = () => (opened.close(), (opening = undefined));
        opened.onclose = () => (opening = undefined);
        done(opened);
      };
      request.onerror = request.onblocked = () => failed(request.error ?? new Error("blocked"));
    }).catch((error) => {
      opening = undefined;
      throw error;
    }));

  // One transaction. It is done when it is on disk, not when it was asked for.
  const change = async (names, mode, deed) => {
    const transaction = (await open()).transaction(names, mode, { durability: "strict" });
    const request = deed(...[names].flat().map((name) => transaction.objectStore(name)));
    return new Promise((done, failed) => {
      transaction.oncomplete = () => done(request?.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error ?? new Error("aborted"));
    });
  };
  const all = (name) => change(name, "readonly", (store) => store.getAll());
  const get = (key, name = "meta") => change(name, "readonly", (store) => store.get(key));
  const set = (key, value) => change("meta", "readwrite", (store) => void store.put(value, key));
  const put = (name, value) => change(name, "readwrite", (store) => void store.put(value));
  const drop = (name, key) => change(name, "readwrite", (store) => void store.delete(key));

  const channel = new BroadcastChannel("paso-offline");
  const tell = (news) => {
    channel.postMessage(news);
    self.dispatchEvent(new CustomEvent("outbox", { detail: news }));
  };

  // Write an event down. Its place in the queue is a count, not a time: clocks are put back.
  const add = async (event) => {
    const whole = { id: crypto.randomUUID(), at: new Date().toISOString(), ...event };
    await change(["outbox", "meta"], "readwrite", (outbox, meta) => {
      const counted = meta.get("count");
      counted.onsuccess = () => {
        whole.place = (counted.result ?? 0) + 1;
        meta.put(whole.place, "count");
        outbox.put(whole);
      };
    });
    tell({ kind: "queued", id: whole.id });
    return whole;
  };

  const device = async () => {
    const known = await get("device");
    if (known) return known;
    const made = crypto.randomUUID();
    await set("device", made);
    return made;
  };

  // Ask the server. What is no JSON tells nothing: a captive portal answers everything with 200 and a page of its own.
  const ask = async (address, options = {}) => {
    const answer = await fetch(Outbox.root + address, {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
    const json = /^application\/(problem\+)?json/.test(answer.headers.get("Content-Type") ?? "");
    return { status: answer.status, after: Number(answer.headers.get("Retry-After")) || 0, told: json ? await answer.json() : null };
  };
  // Whose sign-in this is, with a fresh token (saved pages hold none), and the key that rescue files are sealed for.
  const session = async () => {
    const answer = await ask("/learn/session.json");
    const { rescue, user, proof } = answer.told ?? {};
    if (rescue) {
      await set("rescue", rescue);
      await set(`proof/${user}`, proof); // that a file comes from a device of theirs, whoever brings it
    }
    return answer;
  };

  // Whoever signed out without a network is signed out at the server before anything else is sent or shown.
  const endSession = async () => {
    const { status, told } = await session();
    if (status === 200 && told?.csrf) {
      const ended = await ask("/account/sign-out", {
        method: "POST",
        headers: { "X-CSRFToken": told.csrf },
        redirect: "manual",
      });
      if (ended.status >= 400) throw new Error(ended.status);
    } else if (status !== 401 && status !== 403) throw new Error(status);
    await set("lock", false);
  };

  const keep = (batch, results, now) =>
    change(["outbox", "arrived", "problems"], "readwrite", (outbox, arrived, problems) => {
      for (const { id, status, code, result } of results) {
        outbox.delete(id);
        const whole = { ...batch.find((event) => event.id === id), status, code, result, received: now };
        if (status === "rejected") problems.put(whole);
        else arrived.put(whole);
        if (result && "counted" in result) problems.put(whole); // a quiz: what it was worth, or why it does not count
      }
    });

  const send = async () => {
    if (await get("lock")) await endSession();
    if (!(await all("outbox")).length) return { state: "empty" };
    let here = await session();
    if (here.status === 401 || here.status === 403) return { state: "signin" };
    if (here.status !== 200 || !here.told?.user) return { state: "retry", after: here.after };
    const { user } = here.told;
    let most = MOST;
    let renewed = false;
    for (;;) {
      const mine = (await all("outbox")).filter((event) => event.user === user).sort((one, other) => one.place - other.place);
      if (!mine.length) break;
      const batch = mine.slice(0, most);
      const { status, after, told } = await ask("/learn/sync", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": here.told.csrf },
        body: JSON.stringify({ device: await device(), sent_at: new Date().toISOString(), events: batch }),
      });
      if (status === 401 || status === 403) return { state: "signin" };
      if (status === 413 && most > 1) {
        most = Math.ceil(batch.length / 2);
        continue;
      }
      if (status === 400 && told?.code === "csrf" && !renewed) {
        renewed = true;
        here = await session();
        if (here.told?.user !== user) return { state: "retry" };
        continue;
      }
      if (status !== 200 || !Array.isArray(told?.results)) return { state: "retry", after };
      const sent = new Set(batch.map(({ id }) => id));
      const final = ["applied", "duplicate", "rejected"];
      const named = told.results.filter(({ id, status }) => sent.has(id) && final.includes(status));
      if (!named.length) return { state: "retry" };
      await keep(batch, named, told.now);
      for (const result of named) tell({ kind: "result", now: told.now, ...result });
    }
    return { state: "empty" };
  };

  // One at a time over all tabs and the worker. Without locks two may send the same: it counts once all the same.
  const flush = async () => {
    const run = () => send().catch((error) => ({ state: "retry", error: String(error) }));
    const outcome = navigator.locks
      ? await navigator.locks.request("paso-offline", { ifAvailable: true }, (lock) => (lock ? run() : { state: "busy" }))
      : await run();
    tell({ kind: "flush", ...outcome });
    return outcome;
  };

  // The saved content at an address, for its living, unlocked owner; undefined where there is none.
  const saved = async (address) => {
    if (await get("lock")) return;
    const reader = await get("user");
    for (const { user, items, expires } of await all("modules")) {
      const item = user === reader && expires > Date.now() && items.find((one) => one.address === address);
      if (item) return (await caches.open(CACHE)).match(`/${item.digest}`);
    }
  };

  // Lessons and pages leave the device; what waits to be sent stays, under a key that names nobody.
  const purge = async () => {
    const names = (await caches.keys()).filter((name) => name === CACHE || name.startsWith(PAGES));
    await Promise.all(names.map((name) => caches.delete(name)));
    await change(["modules", "arrived", "problems", "meta"], "readwrite", (modules, arrived, problems, meta) => {
      for (const store of [modules, arrived, problems]) store.clear();
      meta.delete("pages");
    });
  };

  self.Outbox = { CACHE, PAGES, root: "", add, all, ask, channel, drop, endSession, flush, get, purge, put, saved, session, set };
})();
