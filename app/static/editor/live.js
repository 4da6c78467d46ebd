// While somebody types: look at the text, and keep it. One request at a time, of the newest text; what was not answered is
// asked again, later and later; what the page says about it, it says once.

const SOON = 350; // after the last key
const LATEST = 1500; // while keys go on
const KEEP_SOON = 3000;
const KEEP_LATEST = 15000;
const PATIENCE = 25000;
const BEACON = 60000; // browsers send no more than 64 kB when a page is left

export class Live {
  constructor(form, area, on) {
    Object.assign(this, { form, area, on, wants: {}, fails: 0, known: area.value, keptText: area.value });
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => document.hidden && this.want("keep", 0));
    addEventListener("pagehide", () => this.leave());
  }

  // The text changed.
  changed() {
    this.want("look", SOON, LATEST);
    this.want("keep", KEEP_SOON, KEEP_LATEST);
    if (!this.fails) this.on.dirty();
  }

  // Ask for something in a while, at the latest after another while since it was first asked for.
  want(what, soon, latest = soon) {
    if (what === "keep" && this.area.value === this.keptText) return delete this.wants.keep;
    const now = Date.now();
    const first = this.wants[what]?.first ?? now;
    this.wants[what] = { first, at: Math.min(now + soon, first + latest) };
    return this.plan();
  }

  again() {
    if (this.fails) this.resume = 0;
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    const times = Object.values(this.wants).map(({ at }) => at);
    if (this.busy || this.stopped || !times.length) return;
    const at = Math.max(Math.min(...times), this.fails ? this.resume : 0);
    this.timer = setTimeout(() => this.ask(), Math.max(0, at - Date.now()));
  }

  body(parts) {
    const body = new FormData();
    for (const name of ["csrf_token", "base", "sitting"]) body.set(name, this.form.elements[name].value);
    body.set("text", this.area.value);
    for (const part of parts) body.set(part, "1");
    return body;
  }

  ask() {
    const now = Date.now();
    const parts = Object.keys(this.wants).filter((what) => this.wants[what].at <= now || this.fails);
    if (!parts.length) return this.plan();
    const asked = this.area.value;
    for (const what of parts) delete this.wants[what];
    this.busy = this.send(this.form.dataset.live, this.body(parts))
      .then(({ status, told }) => {
        if (status !== 200) throw Object.assign(new Error(), { status });
        if (this.fails) this.on.back();
        this.fails = 0;
        if (parts.includes("keep")) this.refused = !("kept" in told);
        if (parts.includes("keep") && !this.refused) this.keptText = asked;
        this.on.told(told, asked);
      })
      .catch((error) => {
        for (const what of parts) this.wants[what] ??= { first: now, at: now };
        this.fails += 1;
        this.resume = Date.now() + Math.min(30, 2 ** this.fails) * 1000;
        this.on.failed(error.status ?? 0);
      })
      .finally(() => {
        this.busy = null;
        this.plan();
      });
    return this.busy;
  }

  // Post a form to the server as a program does. Rejects where there is no answer.
  async send(address, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(address, { method: "POST", body, headers, signal: stop.signal, redirect: "error" });
      return { status: answer.status, told: await answer.json().catch(() => ({})) };
    } finally {
      clearTimeout(timer);
    }
  }

  // Nothing more is asked until it is resumed: the text is being saved. Resolves when no request is under way.
  async pause() {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.busy;
  }

  go(saved) {
    this.stopped = false;
    if (saved !== undefined) {
      this.keptText = saved;
      if (this.area.value === saved) delete this.wants.keep;
    }
    this.plan();
  }

  get unkept() {
    return this.area.value !== this.keptText;
  }

  // Whether leaving the page now would lose something.
  get losing() {
    const sure = navigator.onLine && !this.fails && !this.refused && this.area.value.length < BEACON / 2;
    return this.unkept && !this.left && !sure;
  }

  leave() {
    if (this.left || !this.unkept) return;
    navigator.sendBeacon(this.form.dataset.live, this.body(["keep"]));
  }
}
