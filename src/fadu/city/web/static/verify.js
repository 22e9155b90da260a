// The page that verifies a receipt: reads the file in this browser, checks it, shows the verdict. Nothing is sent.
import { LogError, TITLES, check, readFile } from "./receipt.js";

const form = document.getElementById("check"), output = document.getElementById("verdict");
const keys = document.getElementById("keys").dataset;
// A demonstration's promises run by its own clock, which the page was given; it goes on from there.
const shift = new Date(form.dataset.now) - Date.now();
let last = null;

const verdictOf = (bytes) => {
  let given;
  try {
    given = readFile(bytes);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return { status: "unreadable", statements: [error.message], warnings: [], witnesses: [], timestamp: null, leaf: {}, opened: {} };
  }
  const pins = document.getElementById("pin").checked ? { logKey: keys.log, promiseKey: keys.promise } : {};
  return check(given, { at: new Date(Date.now() + shift), ...pins });
};
const element = (tag, text, name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });
const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));
// What a code is called now; a code of elsewhere, or of a law that changed, stays as it is.
const words = JSON.parse(document.getElementById("words").textContent);
const said = (kind, code) => (words[kind][code] ? `${words[kind][code]}（${code}）` : code);
const field = (step, code) => {
  const [name, number] = code.split("/"), place = step.split(".").slice(0, 2).join(".");
  const title = words.fields[`${place}.${name}`];
  return title ? title + (number === undefined ? "" : ` ${Number(number) + 1}`) : code;
};
const moment = (text) => new Date(text).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai" });

const show = (verdict, name) => {
  const box = element("section", "", `verdict ${verdict.status}`);
  box.append(element("h2", TITLES[verdict.status]), element("p", name, "quiet"));
  const list = document.createElement("ul");
  list.append(...verdict.statements.map((one) => element("li", verdict.leaf.step ? one.replace(/“([a-z_0-9/]+)”/, (_all, code) => `“${field(verdict.leaf.step, code)}”`) : one)), ...verdict.warnings.map((one) => element("li", one, "warn-line")));
  box.append(list);
  if (verdict.leaf.step) {
    const facts = element("dl", "", "facts");
    const source = verdict.leaf.channel.source;
    const rows = [["步骤", said("steps", verdict.leaf.step)], ["机关", said("organs", verdict.leaf.organ)], ["发生", moment(verdict.leaf.occurred_at)], ["记录", moment(verdict.leaf.recorded_at)], ...(source ? [["补录自", source]] : []), ...Object.entries(verdict.opened).map(([code, value]) => [field(verdict.leaf.step, code), written(value)])];
    for (const [term, text] of rows) facts.append(element("dt", term), element("dd", text));
    box.append(facts);
  }
  const data = element("script", JSON.stringify(verdict));
  data.type = "application/json";
  data.id = "verdict-data";
  box.append(data);
  output.replaceChildren(box);
};
const run = (bytes, name) => { last = [bytes, name]; show(verdictOf(bytes), name); };

document.getElementById("file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (file) run(new Uint8Array(await file.arrayBuffer()), file.name);
});
form.addEventListener("drop", (event) => {
  const file = event.dataTransfer.files[0];
  if (file) file.arrayBuffer().then((data) => run(new Uint8Array(data), file.name));
});
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("pin").addEventListener("change", () => { if (last) run(...last); });
// "Verify this receipt": the page before named its file in the address; only files of this site are fetched.
const asked = location.hash.slice(1);
if (/^\/receipts\/[0-9a-f]{64}\.json$/.test(asked)) {
  fetch(asked).then(async (answer) => { if (answer.ok) run(new Uint8Array(await answer.arrayBuffer()), asked); });
}
