// What pages gain with JavaScript. Without it everything still works: by links, forms and pages that ask.

// Controls that only work with JavaScript are in the page, hidden, until it is there.
for (const control of document.querySelectorAll("[data-js]")) control.hidden = false;

// A form that asks first: <form data-confirm="Title" data-confirm-text="…" data-confirm-yes="…" data-confirm-no="…">.
const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const ask = ({ confirm, confirmText, confirmYes, confirmNo }) =>
  new Promise((resolve) => {
    const title = element("h2", { id: "confirm-title", textContent: confirm });
    const no = element("button", { className: "btn btn-quiet", value: "", textContent: confirmNo, autofocus: true });
    const yes = element("button", { className: "btn btn-danger", value: "yes", textContent: confirmYes });
    const buttons = element("form", { method: "dialog", className: "row" }, yes, no);
    const dialog = element("dialog", {}, title, element("p", { textContent: confirmText }), buttons);
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.elements.confirmed || !window.HTMLDialogElement) return;
  event.preventDefault();
  const button = event.submitter;
  if (!(await ask(form.dataset))) return;
  form.append(element("input", { type: "hidden", name: "confirmed", value: "yes" }));
  form.requestSubmit(button);
});

// A menu that is open closes with Escape or a click elsewhere.
const close = (event) => {
  for (const menu of document.querySelectorAll("details.account[open]")) {
    const inside = menu.contains(event.target);
    if (event.type === "click" ? inside : event.key !== "Escape") continue;
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
};
document.addEventListener("click", close);
document.addEventListener("keydown", close);

// The time left in an exam. The server decides when it is over; this only tells, aloud at 10, 5 and 1 minutes.
for (const strip of document.querySelectorAll("[data-deadline]")) {
  const { deadline, now, left, soon, last, over } = strip.dataset;
  const [words, voice] = strip.querySelectorAll("span");
  const ahead = now ? Date.parse(now) - Date.now() : 0; // the clock of a borrowed computer may be wrong
  const end = Date.parse(deadline) - ahead;
  let said;
  // What stands in the form goes along; without a network it goes when there is one (the server waits a little).
  const handIn = () => {
    const form = document.querySelector("form[data-at-deadline]");
    if (!form) return;
    if (!navigator.onLine) return addEventListener("online", handIn, { once: true });
    form.append(element("input", { type: "hidden", name: "go", value: form.dataset.atDeadline }));
    form.submit();
  };
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const minutes = Math.ceil(seconds / 60);
    const part = (number) => String(number).padStart(2, "0");
    const clock = `${Math.floor(seconds / 60)}:${part(seconds % 60)}`;
    words.textContent = seconds ? left.replace("{time}", clock) : over;
    strip.classList.toggle("is-late", minutes <= 5);
    const mark = [0, 1, 5, 10].find((limit) => minutes <= limit) ?? 99;
    if (mark < said) voice.textContent = [over, last][mark] ?? soon.replace("{minutes}", mark);
    said = mark;
    if (seconds) setTimeout(tick, 1000 - (Date.now() % 1000));
    else handIn();
  };
  tick();
}
