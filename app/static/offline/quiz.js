// The quiz of a saved module. What is answered is kept on the device as it is given; handing in is one event, like any other
// answer. The server alone knows what is right.
import { fieldsOf, refill, show, words } from "./page.js";

const form = document.getElementById("saved-quiz");
const { item } = form.dataset;
const draft = `quiz/${item}`;
const here = document.getElementById("offline").dataset;
const questions = [...form.querySelectorAll(".question")];
const answered = (question) =>
  [...question.querySelectorAll("input, select")].some(({ type, checked, value }) => (/^(radio|checkbox)$/.test(type) ? checked : value.trim()));

let begun;
let sure;
let handedIn;
const showKept = () => {
  for (const question of questions) question.nextElementSibling.hidden = handedIn || !answered(question);
};
form.addEventListener("input", async () => {
  sure = false;
  begun ??= new Date().toISOString();
  await Outbox.set(draft, { begun, fields: fieldsOf(form) })
    .then(showKept)
    .catch(() => show(form.querySelector("[data-state]"), words.full));
});

// Read by page.js when the form is handed in: what is wrong with it, once; and what the event says.
form.wrong = () => {
  const open = questions.filter((question) => !answered(question)).length;
  if (!open || sure) return "";
  sure = true;
  return form.dataset.open.replace("{n}", open);
};
form.payload = (fields) => ({ fields, begun: begun ?? new Date().toISOString() });

const showQuiz = async () => {
  const [waiting, arrived, modules] = await Promise.all(["outbox", "arrived", "modules"].map(Outbox.all));
  const events = [...waiting, ...arrived].filter(({ user, course, module }) => user === here.user && course === here.course && module === here.module);
  const sent = events.find((event) => event.item === item);
  const kept = sent?.payload ?? (begun ? undefined : await Outbox.get(draft));
  handedIn = Boolean(sent);
  if (kept) {
    begun = kept.begun;
    refill(form, { payload: kept });
  }
  for (const field of form.querySelectorAll("input, select")) field.disabled = handedIn;
  form.querySelector("button").hidden = handedIn;
  showKept();
  if (arrived.includes(sent)) await Outbox.drop("meta", draft);
  const saved = modules.find(({ course, module }) => course === here.course && module === here.module);
  const read = [...(saved?.lessons ?? []), ...events.filter(({ kind }) => kind === "lesson.done").map((event) => event.item)];
  const lessons = document.querySelector("[data-lessons]");
  const wait = document.querySelector("[data-from]");
  lessons.hidden = handedIn || !saved || lessons.dataset.lessons.split(" ").every((lesson) => read.includes(lesson));
  if (wait) wait.hidden = handedIn || !lessons.hidden || Date.parse(wait.dataset.from) <= Date.now();
  form.hidden = !lessons.hidden || wait?.hidden === false;
};

showQuiz().catch(() => {});
Outbox.channel.addEventListener("message", showQuiz);
self.addEventListener("outbox", ({ detail }) => {
  if (detail.status === "rejected") show(form.querySelector("[data-state]"), ""); // the page says why; it may be handed in again
  showQuiz().catch(() => {});
});
