// An officer's page: answers are written down on this device first, then sent, online and offline alike. Without this
// script, and on a shared computer, every form is posted as it is.
import "./outbox.js";
import { Play, offerRescue, trusted, unseal } from "./sealed.js";
import { initSaving, listSaved } from "./save.js";

const strip = document.getElementById("offline");
const here = strip.dataset;
export const words = JSON.parse(document.getElementById("offline-words").textContent);
// Safari, and every browser of an iPhone, throws away what a site keeps when it is not opened for seven days.
if (/^Apple/.test(navigator.vendor)) for (const name of ["one", "many", "saved"]) words[name] += ` ${words.week}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
export const show = (place, text) => {
  if (!place) return;
  place.hidden = !text;
  if (place.textContent !== text) place.textContent = text;
};
const time = (when) => new Date(when).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const stateOf = (event) => (event.received ? fill(words.there, { time: time(event.received) }) : words.here);

const copy = "copy" in here;
const keeps = "serviceWorker" in navigator && "indexedDB" in self; // in secure contexts alone
Outbox.root = here.root;

// What waits -------------------------------------------------------------------------------------------------------------

let signIn = false;
const showWaiting = async () => {
  const events = (await Outbox.all("outbox")).filter((event) => !here.user || event.user === here.user);
  const waiting = events.length;
  const place = strip.querySelector("[data-waiting]");
  show(place, waiting ? (waiting === 1 ? words.one : fill(words.many, { n: waiting })) : "");
  if (waiting && signIn && words.signin) {
    const next = encodeURIComponent(location.pathname);
    place.append(" ", element("a", { href: `${here.root}/account/sign-in?next=${next}`, textContent: words.signin }));
  }
  await offerRescue(strip.querySelector("[data-rescue]"), events);
  strip.hidden = false;
};

// What the rules refused, and what a quiz was worth, is told in words until it is read.
const showProblems = async () => {
  const problems = (await Outbox.all("problems")).filter(({ user }) => user === here.user);
  const place = strip.querySelector("[data-problems]");
  place.replaceChildren();
  if (!problems.length || !words.codes) return;
  const graded = problems.filter(({ result }) => result?.counted);
  const codes = [...new Set(problems.filter((one) => !graded.includes(one)).map(({ code }) => words.codes[code] ?? words.codes[""]))];
  const read = element("button", { type: "button", className: "btn btn-quiet btn-s", textContent: words.read });
  read.addEventListener("click", async () => {
    for (const { id } of problems) await Outbox.drop("problems", id);
    await showProblems();
  });
  const told = graded.map(({ course, module, result }) => {
    const mark = (result.mark / 100).toLocaleString(document.documentElement.lang, { style: "percent" });
    const see = element("a", { href: `${here.root}/learn/${course}/${module}/quiz/result/${result.number}`, textContent: words.see });
    return element("p", {}, fill(result.passed ? words.passed : words.failing, { mark }), " ", see);
  });
  if (codes.length) {
    const list = element("ul", {}, ...codes.map((text) => element("li", { textContent: text })));
    told.push(element("p", { textContent: words.refused }), list);
  }
  place.append(element("div", { className: `callout callout-${codes.length ? "warning" : "note"}` }, ...told, read));
};

let timer;
let tries = 0;
const attempt = async () => {
  clearTimeout(timer);
  const outcome = await Outbox.flush();
  if (outcome.state === "signin" || outcome.state === "empty") signIn = outcome.state === "signin";
  if (outcome.state === "retry" || outcome.state === "busy") {
    // 1, 2, 4 … 300 seconds, each with chance in it, so that a whole post does not call at once
    const seconds = outcome.after || Math.min(300, 2 ** tries++) * (0.5 + Math.random() / 2);
    timer = setTimeout(attempt, seconds * 1000);
  } else tries = 0;
  await showWaiting();
  await showProblems();
};

// Answers ----------------------------------------------------------------------------------------------------------------

const mine = (event) => event.user === here.user && event.course === here.course && event.module === here.module;
const history = async () => {
  const found = [...(await Outbox.all("arrived")), ...(await Outbox.all("outbox"))].filter(mine);
  return found.sort((one, other) => one.place - other.place);
};

// What was written into a form: every field by name, but what only a posted form needs.
export const fieldsOf = (form) => {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (!["csrf_token", "event", "check"].includes(name)) (fields[name] ??= []).push(value);
  }
  return fields;
};

const payloadOf = (form) => {
  const fields = fieldsOf(form);
  switch (form.dataset.event) {
    case "check.answered":
    case "lesson.marked":
    case "lesson.noted":
      return { fields, edition: here.edition };
    case "scene.chosen":
      return { run: fields.run[0] || play.run, scene: fields.scene[0], choice: Number(fields.choice[0]) };
  }
  return form.payload?.(fields) ?? {}; // a quiz says it itself
};

// What is wrong with an answer, before anything is written down; the server says it to pages that are not saved.
const wrongWith = (form) => {
  if (form.dataset.event !== "check.answered") return form.wrong?.() ?? "";
  const values = Object.values(fieldsOf(form)).flat();
  if (!values.some((value) => value.trim())) return words.missing;
  const places = [...form.querySelectorAll(".order select")].map(({ value }) => value);
  return places.includes("") || new Set(places).size < places.length ? words.places : "";
};

const reveal = async (form, { payload }) => {
  const sealed = JSON.parse(form.dataset.sealed);
  const chosen = payload.fields.a?.[0] in sealed ? payload.fields.a[0] : "";
  const place = form.querySelector("[data-told]");
  place.innerHTML = trusted.createHTML(await unseal(sealed[chosen], form.dataset.item, chosen));
  place.hidden = false;
};

export const refill = (form, { payload }) => {
  for (const field of form.querySelectorAll("[name]")) {
    const given = payload.fields[field.name];
    if (!given || field.type === "hidden") continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
    else field.value = given[0];
  }
};

const go = (address) => {
  const to = new URL(address, location.href);
  if (to.pathname !== location.pathname) return location.assign(to);
  window.history.replaceState(null, "", to); // the same page again, asked for anew
  location.reload();
};

const arrivalOf = (id) =>
  new Promise((done) => self.addEventListener("outbox", ({ detail }) => detail.kind === "result" && detail.id === id && done(detail)));

const answer = async (form, submitter) => {
  const state = form.querySelector("[data-state]") ?? document.querySelector("#scene [data-state]");
  const wrong = wrongWith(form);
  if (wrong && copy) return show(state, wrong);
  if (wrong) return form.submit(); // the server says it, with the form filled in
  submitter?.setAttribute("disabled", "");
  let event;
  try {
    const { user, course, module } = here;
    const id = form.elements.event?.value || crypto.randomUUID(); // the id the page came with: posted or sent, it is one event
    event = await Outbox.add({ id, user, course, module, kind: form.dataset.event, item: form.dataset.item, payload: payloadOf(form) });
  } catch {
    if (copy) return show(state, words.full);
    return form.submit(); // no room, or a private window: as without a script
  }
  if (form.elements.event) form.elements.event.value = crypto.randomUUID();
  show(state, words.here);
  const arrival = arrivalOf(event.id);
  navigator.serviceWorker.ready.then(({ sync }) => sync?.register("paso-offline")).catch(() => {});
  if (copy) await follow(form, event);
  else {
    arrival.then(async ({ status }) => {
      // Refused, or a lesson finished: the server's own page says so. The same event, posted once more, counts once.
      if (status !== "rejected" && event.kind !== "lesson.done") return go(form.dataset.next);
      await Outbox.drop("problems", event.id);
      form.elements.event.value = event.id;
      form.submit();
    });
  }
  submitter?.removeAttribute("disabled");
  await attempt();
};

// In a saved copy, what follows an answer is shown at once.
const follow = async (form, event) => {
  if (event.kind === "scene.chosen") {
    await play.choose(event.item, event.payload.scene, event.payload.choice);
  } else if (event.kind === "check.answered") await reveal(form, event);
  await showStates();
  if (event.kind === "lesson.done") go(form.dataset.next);
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-event]") || "shared" in here || !keeps) return;
  event.preventDefault();
  answer(form, event.submitter);
});

// Each answer says where it is; a lesson can be finished when its questions are answered.
const showStates = async () => {
  const events = await history();
  const record = copy ? (await Outbox.all("modules")).find(({ course, module }) => course === here.course && module === here.module) : null;
  const latest = (kind, item) => events.findLast((event) => event.kind === kind && event.item === item);
  for (const form of document.querySelectorAll("form[data-event]")) {
    const { event: kind, item, needs } = form.dataset;
    const found = latest(kind, item);
    if (kind === "scene.chosen" || !found) continue;
    show(form.querySelector("[data-state]"), stateOf(found));
    if (copy && kind === "lesson.noted") refill(form, found);
    if (copy && kind === "lesson.done") form.querySelector("button").hidden = true;
    if (copy && needs === undefined && form.querySelector("[data-told]")?.hidden) {
      refill(form, found);
      await reveal(form, found);
    }
  }
  for (const place of document.querySelectorAll("[data-state][data-of]")) {
    const found = latest("check.answered", place.dataset.of);
    if (found) show(place, stateOf(found));
  }
  const scene = document.querySelector("#scene [data-state]");
  const chosen = events.findLast(({ kind }) => kind === "scene.chosen");
  if (scene && chosen) show(scene, stateOf(chosen));
  const finish = document.querySelector("form[data-needs]");
  if (finish) {
    finish.hidden = finish.dataset.needs.split(" ").some((id) => id && !latest("check.answered", id) && !record?.checks.includes(id));
    document.querySelector("[data-needed]").hidden = !finish.hidden;
  }
};

// A run of a simulation that was begun is shown again where it stands.
let play;
const resume = async () => {
  const edges = document.getElementById("edges");
  if (!edges) return;
  play = new Play(JSON.parse(edges.textContent));
  if (new URLSearchParams(location.search).has("new")) return window.history.replaceState(null, "", location.pathname);
  const chosen = (await history()).filter(({ kind }) => kind === "scene.chosen");
  const run = chosen.at(-1)?.payload.run;
  if (!run) return;
  play.run = run;
  for (const { item, payload } of chosen.filter((event) => event.payload.run === run)) {
    await play.choose(item, payload.scene, payload.choice, true);
  }
};

// ------------------------------------------------------------------------------------------------------------------------

// From a saved copy too one can sign out: the worker carries it out, or locks the device until it can.
const offerLeave = () => {
  const button = strip.querySelector("[data-leave]");
  if (!button || !navigator.serviceWorker.controller) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = element("form", { method: "post", action: `${here.root}/account/sign-out` });
    document.body.append(form);
    form.submit();
  });
};

const begin = async () => {
  if (here.user && !copy) await Outbox.set("user", "shared" in here ? "" : here.user); // whose copies may be shown on this device
  if (copy && here.course) strip.prepend(element("p", { className: "meta", textContent: words.copy }));
  if (!("shared" in here)) {
    navigator.serviceWorker.register(trusted.createScriptURL(`${here.root}/sw.js`), { scope: `${here.root}/` }).catch(() => {});
    await initSaving(words, fill, show);
  }
  offerLeave();
  await resume();
  await showStates();
  await showWaiting();
  await listSaved(words, element);
  document.documentElement.dataset.offline = "ready";
  await attempt();
};

if (keeps) {
  begin().catch(() => {}); // no storage: every form is posted as it is
  Outbox.channel.addEventListener("message", () => showWaiting().then(showStates).catch(() => {}));
  self.addEventListener("outbox", ({ detail }) => detail.kind === "result" && showStates());
  for (const name of ["online", "pageshow"]) self.addEventListener(name, attempt);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && attempt());
}
