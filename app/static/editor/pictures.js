// Pictures: chosen, pasted or dropped, described in both languages, sent, and named where the caret stands.
import { block } from "./tools.js";

const KINDS = /^image\/(png|jpeg|webp|gif|svg\+xml)$/;
const pictureOf = (data) => [...(data?.files ?? [])].find((file) => KINDS.test(file.type));

export const init = (form, area, { send, words, say }) => {
  const fold = document.getElementById("pictures");
  if (!fold) return () => {};
  const { picture } = form.elements;
  const alts = ["alt-en", "alt-es"].map((name) => form.elements[name]);
  const button = fold.querySelector("button");
  const result = document.getElementById("put-in");
  for (const part of fold.querySelectorAll("[data-nojs]")) part.hidden = true;

  const open = (file) => {
    fold.open = true;
    if (file) {
      const taken = new DataTransfer();
      taken.items.add(file);
      picture.files = taken.files;
      result.hidden = true;
    }
    const next = file ? alts.find((one) => one.lang === area.lang && !one.value) ?? alts[0] : picture;
    next.focus();
    next.scrollIntoView({ block: "center" });
  };

  area.addEventListener("paste", (event) => {
    const file = pictureOf(event.clipboardData);
    // Text programs copy a picture of their text beside the text: the text is meant.
    if (!file || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    open(file);
  });
  const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  area.addEventListener("dragover", (event) => holds(event) && event.preventDefault());
  area.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault(); // the browser would leave the page for the file
    const file = pictureOf(event.dataTransfer);
    if (file) open(file);
  });

  const wrong = (name, told) => {
    const field = form.elements[name];
    const holder = field.closest(".field");
    holder.classList.add("field-error");
    const error = document.createElement("p");
    error.className = "error";
    error.id = `${name}-error`;
    error.textContent = told;
    field.before(error);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${error.id}`.trim());
    field.focus();
  };
  const clean = () => {
    for (const field of [picture, ...alts]) {
      field.closest(".field").classList.remove("field-error");
      document.getElementById(`${field.name}-error`)?.remove();
      field.removeAttribute("aria-invalid");
    }
  };

  const upload = async () => {
    if (button.disabled) return;
    clean();
    say(words.sending);
    button.disabled = true;
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("go", "picture");
    if (picture.files[0]) body.set("picture", picture.files[0]);
    for (const field of alts) body.set(field.name, field.value);
    try {
      const { status, told } = await send(form.action, body);
      if (status === 200) {
        block(area, told.markdown, "");
        result.querySelector("b").textContent = told.words;
        document.getElementById("markdown-other").value = told.other;
        result.hidden = false;
        picture.value = "";
        for (const field of alts) field.value = "";
        say(words.put_in);
      } else if (told.field) {
        say("");
        wrong(told.field, told.words);
      } else say(told.detail || told.title || words.unsent);
    } catch {
      say(words.unsent);
    } finally {
      button.disabled = false;
    }
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    upload();
  });
  for (const field of alts) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      upload();
    });
  }
  return open;
};
