// The desk's own script: drafts that save themselves, the phone beside the text, one key for what is done often.
import { renderMessage } from "/static/look/look.js";

const SAVE_AFTER_MS = 4000;
const PREVIEW_AFTER_MS = 500;

/** Draw what a phone shows into a preview. */
export function draw(place, messages) {
  place.replaceChildren(...messages.map((message) => renderMessage(message, { locale: document.documentElement.lang })));
}

for (const place of document.querySelectorAll(".phone-preview")) draw(place, JSON.parse(place.dataset.messages ?? "[]"));

const menu = document.querySelector(".desk-menu");
menu?.addEventListener("click", () => {
  const open = document.getElementById("navigation").classList.toggle("is-open");
  menu.setAttribute("aria-expanded", String(open));
});

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => { if (!confirm(form.dataset.confirm)) event.preventDefault(); });
}

/** The keys of the reading lane. They do nothing while somebody types. */
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const field = document.querySelector(`[data-focus-key="${CSS.escape(key)}"]`);
  const target = document.querySelector(`[data-lane] [data-key="${CSS.escape(key)}"]`);
  if (field) { event.preventDefault(); field.focus(); }
  else if (target instanceof HTMLFormElement) { event.preventDefault(); target.requestSubmit(); }
  else if (target) { event.preventDefault(); target.click(); }
});

/** An editor: what is typed is kept in this browser at once, and at the desk a moment later. */
function edit(form) {
  const state = form.querySelector("[data-state]");
  const words = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");
  const kept = `bekal-draft-${form.dataset.key}`;
  const preview = form.closest("main").querySelector(".phone-preview");
  const fault = form.closest("main").querySelector("[data-fault]");
  const fields = ["title", "summary", "body"];
  let saving = 0, previewing = 0, isBusy = false, isDirty = false;

  const compare = form.querySelector("[data-compare]");
  const values = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  const say = (text) => { state.textContent = text; };

  async function save() {
    if (isBusy || !isDirty) return;
    isBusy = true; isDirty = false;
    say(words.saving);
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body: new FormData(form), headers: { accept: "application/json" } });
      const told = await answer.json();
      compare.hidden = !told.conflict;
      if (answer.ok) { form.elements.base.value = told.base; if (!isDirty) localStorage.removeItem(kept); say(words.saved); }
      else say(told.conflict ?? told.detail ?? words.failed);
    } catch { isDirty = true; say(words.failed); }
    isBusy = false;
  }

  async function show() {
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
      if (!answer.ok) return;
      const told = await answer.json();
      fault.textContent = told.fault;
      if (told.messages.length) draw(preview, told.messages);
    } catch { /* without a line the last preview stays */ }
  }

  const found = localStorage.getItem(kept);
  if (found) {
    const { base, ...texts } = JSON.parse(found);
    if (fields.some((name) => texts[name] !== form.elements[name].value)) {
      for (const name of fields) form.elements[name].value = texts[name];
      isDirty = base === form.elements.base.value;
      say(isDirty ? words.restored : words.restoredOther);
      compare.hidden = isDirty;
      form.elements.base.value = base; // what is saved goes on top of what was seen then, or is compared first
      show();
    }
  }
  form.addEventListener("input", () => {
    isDirty = true;
    localStorage.setItem(kept, JSON.stringify({ base: form.elements.base.value, ...values() }));
    clearTimeout(saving); clearTimeout(previewing);
    saving = setTimeout(save, SAVE_AFTER_MS);
    previewing = setTimeout(show, PREVIEW_AFTER_MS);
  });
  form.addEventListener("submit", () => { clearTimeout(saving); localStorage.removeItem(kept); });
}

for (const form of document.querySelectorAll("form[data-editor]")) edit(form);

/** What stands on the page of two texts stays in this browser until it is saved or given up. */
function keep(form) {
  const kept = `bekal-draft-${form.dataset.keep}`;
  const note = () => {
    const { title, summary, body } = form.elements;
    const texts = { title: title.value, summary: summary.value, body: body.value };
    localStorage.setItem(kept, JSON.stringify({ base: form.dataset.base, ...texts }));
  };
  note();
  form.addEventListener("input", note);
  form.addEventListener("submit", () => localStorage.removeItem(kept));
}

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
for (const link of document.querySelectorAll("a[data-forget]")) {
  link.addEventListener("click", (event) => {
    if (confirm(link.dataset.ask)) localStorage.removeItem(`bekal-draft-${link.dataset.forget}`);
    else event.preventDefault();
  });
}

/** A contact's form: each tap adds a block for one more number, from the template beside the button. */
function addPhones(button) {
  const { form } = button, template = form.querySelector("[data-new-phone]"), count = form.elements.phone_count;
  let next = form.querySelectorAll("[data-phone]").length;
  button.hidden = false;
  button.addEventListener("click", () => {
    const block = template.content.firstElementChild.cloneNode(true);
    for (const element of block.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) element.setAttribute(name, value.replace("__n__", next));
    }
    button.before(block);
    next += 1;
    count.value = Math.max(Number(count.value), next);
    block.querySelector("input").focus();
  });
}

for (const button of document.querySelectorAll("[data-add-phone]")) addPhones(button);
