// An answer of a quiz or exam is kept while it is given, not only when a button is pressed. Whoever presses nothing, closes
// the browser or loses the connection finds it again. The server decides what counts; this only sends early, and again.
const form = document.querySelector("form#place");
const status = form.querySelector(".kept");
const { kept, unkept } = form.dataset;
const content = () => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "go")).toString();

let known = content(); // what the server has
let sending = null; // one at a time, so that an older answer never arrives after a newer one
let stop = new AbortController();
let again = 0;
let wait = 1;

const say = (words) => {
  status.hidden = !words;
  if (status.textContent !== words) status.textContent = words;
};

const send = async () => {
  const now = content();
  if (now === known) return;
  stop = new AbortController();
  const late = setTimeout(() => stop.abort(), 15000);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(`${now}&go=keep`),
      redirect: "manual",
      keepalive: true,
      signal: stop.signal,
    });
    if (response.status === 409) return location.reload(); // handed in meanwhile: the page says so
    if (response.status === 422) return say(""); // half an answer, such as an order with gaps
    if (response.status !== 204) throw new Error(response.status);
    known = now;
    wait = 1;
    say(content() === now ? kept : "");
  } catch {
    say(unkept);
    later(wait * 1000);
    wait = Math.min(wait * 2, 30);
  } finally {
    clearTimeout(late);
  }
};

// What stands in the form is kept after a delay, and after what is already on its way.
const later = (delay) => {
  clearTimeout(again);
  again = setTimeout(async () => {
    await sending;
    sending ??= send().finally(() => {
      sending = null;
    });
  }, delay);
};

form.addEventListener("input", ({ target }) => later(target.type === "text" ? 800 : 0));
addEventListener("online", () => later(0));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && later(0));

// A button sends the whole form itself: what is on its way comes first, or not at all.
let through = false;
document.addEventListener("submit", async (event) => {
  if (event.target !== form) return;
  clearTimeout(again);
  if (!sending || through) return;
  event.preventDefault();
  through = true;
  const button = event.submitter;
  await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, 4000))]);
  stop.abort();
  clearTimeout(again);
  form.requestSubmit(button);
});
