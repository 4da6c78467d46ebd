// What an id will be if it is left empty: made of the title as it is typed. The server makes the same.
const propose = (title) =>
  (title.toLowerCase().normalize("NFKD").replace(/[^\x00-\x7f]/g, "").match(/[a-z0-9]+/g) ?? []).slice(0, 6).join("-").slice(0, 40).replace(/^-+|-+$/g, "");

for (const field of document.querySelectorAll("[data-made-of]")) {
  const titles = field.dataset.madeOf.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  const show = () => (field.placeholder = titles.map((one) => propose(one.value)).find(Boolean) ?? "");
  for (const one of titles) one.addEventListener("input", show);
  show();
}
