// The desk's own script: drafts that save themselves, the phone beside the text, one key for what is done often.
import { renderMessage } from "/static/look/look.js";
import { addPhone, cameWith, keepAny, lookAfterSent, putBack, saysSame, standAt, storeOf, valuesOf } from "./kept.js";

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

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

/** What a page says was done stands there once: who loads or keeps its address is not told again. */
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}

/** The keys of the reading lane: alone, not held down, and never while somebody types. What leads away does so once. */
const READING_MS = 2000; // before that nobody has read a text: a second quick key was meant for the one before it
let isLeaving = false, isWarned = false, shownAt = performance.now();
addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // only of a page that the browser has kept
  isLeaving = isWarned = false;
  shownAt = performance.now();
});

document.addEventListener("keydown", (event) => {
  const { key, repeat, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (isLeaving || repeat || ctrlKey || metaKey || altKey || shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const named = CSS.escape(key.toLowerCase());
  const field = document.querySelector(`[data-focus-key="${named}"]`);
  const target = document.querySelector(`[data-lane] [data-key="${named}"]`);
  if (!field && !target) return;
  event.preventDefault();
  if (field) field.focus();
  else if (target instanceof HTMLFormElement) sendByKey(target);
  else { isLeaving = true; target.click(); }
});

/** Send a form that one had time to read; where its change must not be wrong, a first key only says so. The mouse is not
    that quick. */
function sendByKey(form) {
  if (performance.now() - shownAt < READING_MS) return;
  if (form.dataset.twice && !isWarned) {
    const warning = document.getElementById("once-more");
    warning.hidden = false;
    warning.textContent = form.dataset.twice;
    warning.scrollIntoView({ block: "nearest" });
    isWarned = true;
    return;
  }
  isLeaving = form.checkValidity();
  form.requestSubmit();
}

/** An editor: what is typed is kept in this browser at once, and at the desk a moment later. */
function edit(form) {
  const state = form.querySelector("[data-state]");
  const words = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");
  const store = storeOf(form.dataset.key);
  const preview = form.closest("main").querySelector(".phone-preview");
  const fault = form.closest("main").querySelector("[data-fault]");
  const { base } = form.elements;
  let saving = 0, previewing = 0, isBusy = false, isDirty = false;

  const compare = form.querySelector("[data-compare]");
  const say = (text) => { state.textContent = text; };
  const note = () => {
    const { change, ...values } = valuesOf(form); // what kind of change it is, is no part of the text
    store.write({ base: base.value, values });
  };

  async function save() {
    if (isBusy || !isDirty) return;
    isBusy = true; isDirty = false;
    say(words.saving);
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body: new FormData(form), headers: { accept: "application/json" } });
      if (answer.redirected) throw new Error(words.signedOut); // to the page where one signs in
      const told = await answer.json();
      compare.hidden = !told.conflict;
      if (answer.ok) {
        base.value = told.base;
        if (isDirty) note(); else store.forget();
        say(words.saved);
      } else say(told.conflict ?? told.detail ?? words.failed);
    } catch ({ message }) { isDirty = true; say(message === words.signedOut ? message : words.failed); }
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

  const kept = store.read();
  if (kept && saysSame(kept.values, cameWith(form))) store.forget();
  else if (kept) {
    putBack(form, kept.values);
    isDirty = kept.base === base.value;
    say(isDirty ? words.restored : words.restoredOther);
    compare.hidden = isDirty;
    base.value = kept.base; // what is saved goes on top of what was seen then, or is compared first
    show();
  }
  standAt(form.dataset.save.replace(/\/save$/, ""));
  form.addEventListener("input", () => {
    isDirty = true;
    note();
    clearTimeout(saving); clearTimeout(previewing);
    saving = setTimeout(save, SAVE_AFTER_MS);
    previewing = setTimeout(show, PREVIEW_AFTER_MS);
  });
  form.addEventListener("submit", () => clearTimeout(saving));
}

for (const form of document.querySelectorAll("form[data-editor]")) edit(form);

/** What stands on the page of two texts stays in this browser until the editor shows it saved, or it is given up. */
function keep(form) {
  const store = storeOf(form.dataset.keep);
  const sources = store.read()?.values.sources; // this page sends them on, and lets nobody choose them
  const note = () => store.write({ base: form.dataset.base, values: { ...valuesOf(form), ...(sources && { sources }) } });
  note();
  standAt(new URL(form.action).pathname.replace(/\/save$/, ""));
  form.addEventListener("input", note);
}

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
for (const link of document.querySelectorAll("a[data-forget]")) {
  link.addEventListener("click", (event) => {
    if (confirm(link.dataset.ask)) storeOf(link.dataset.forget).forget();
    else event.preventDefault();
  });
}

for (const button of document.querySelectorAll("[data-add-phone]")) {
  button.hidden = false;
  button.addEventListener("click", () => addPhone(button.form).querySelector("input").focus());
}

for (const form of document.querySelectorAll("form[data-kept]")) keepAny(form);
for (const form of document.querySelectorAll("form[data-proof]")) {
  form.addEventListener("submit", () => setTimeout(() => { // a file leaves the page: not with the password in it
    form.reset();
    for (const said of document.querySelectorAll("[data-until-sent], [data-once-sent]")) said.hidden = "untilSent" in said.dataset;
  }));
}
lookAfterSent();
