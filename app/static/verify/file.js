// The file that is taken along holds both languages: this shows one, that of the reader to begin with.
const parts = [...document.querySelectorAll("[data-language]")];
const links = [...document.querySelectorAll("[data-speak]")];

const speak = (language) => {
  document.documentElement.lang = language;
  for (const part of parts) part.hidden = part.dataset.language !== language;
  for (const link of links) {
    if (link.dataset.speak === language) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  document.title = parts.find((part) => !part.hidden).dataset.title;
};

for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    speak(link.dataset.speak);
  });
}

speak((navigator.languages ?? []).map((code) => code.slice(0, 2)).find((code) => code === "en" || code === "es") ?? "es");
