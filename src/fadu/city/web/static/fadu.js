// Small help only: every page reads and submits without it.
document.documentElement.classList.add("js");
if (localStorage.getItem("large") === "1") document.documentElement.classList.add("large");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-large]");
  if (!button) return;
  const large = document.documentElement.classList.toggle("large");
  localStorage.setItem("large", large ? "1" : "0");
  button.setAttribute("aria-pressed", String(large));
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target.closest?.(".drop");
    if (!place) return;
    event.preventDefault();
    place.classList.toggle("over", kind === "dragover");
    if (kind === "drop") place.querySelector("input[type=file]").files = event.dataTransfer.files;
  });
}
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit]")) event.target.form.requestSubmit();
});
// One box ticks all of its name on the page.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.tickAll;
  if (name) for (const box of event.target.form.elements[name].length ? event.target.form.elements[name] : [event.target.form.elements[name]]) box.checked = event.target.checked;
});
// A table field grows by copying its last row.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const body = document.getElementById(button.dataset.addRow);
  const row = body.rows[body.rows.length - 1].cloneNode(true);
  const index = body.rows.length;
  for (const input of row.querySelectorAll("input,select,textarea")) {
    input.name = input.name.replace(/\.\d+\./, `.${index}.`);
    input.id = "";
    if (input.type === "checkbox" || input.type === "radio") input.checked = false; else input.value = "";
  }
  body.append(row);
  row.querySelector("input,select,textarea").focus();
});
// Leaving a half-filled form asks first; submitting does not.
let dirty = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[data-guard]")) dirty = true; });
document.addEventListener("submit", () => { dirty = false; });
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
// After a refusal the reader, on screen or by ear, starts at the reasons.
const refused = document.querySelector("main [role=alert]");
if (refused) { refused.tabIndex = -1; refused.focus(); }
// In a list the arrow keys go from row to row, Home and End to its ends; Enter opens as on every link.
document.addEventListener("keydown", (event) => {
  const table = event.target.closest?.("table[data-rows]");
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!table || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  const links = [...table.querySelectorAll("[data-row-link]")];
  const at = links.indexOf(event.target.closest("tr")?.querySelector("[data-row-link]"));
  event.preventDefault();
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
});
