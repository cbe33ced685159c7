// The page: which people's phones are shown, adding people, and the page's own settings.

import * as api from "./api.js";
import { ask, iconButton, sheet } from "./dialogs.js";
import { el } from "./look.js";
import { recall, remember } from "./memory.js";
import { Phone } from "./phone.js";
import { chosen, LANGUAGES, PAGE_LANGUAGES, words } from "./words.js";

const MOST_PHONES = 4; // a browser opens six connections to one address; each phone holds one
const THEMES = ["system", "light", "dark"];
const asked = new URLSearchParams(location.search);
const narrow = matchMedia("(max-width: 700px)");
const bar = document.querySelector(".bar");
const stage = document.querySelector(".phones");
const chips = el("div", { class: "chips" });
const people = new Map();
const phones = new Map(); // those shown, in their order
let active = null;
let theme = asked.get("theme") ?? recall("theme", "system");

function showTheme() {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

async function settings() {
  const choice = await sheet(document.documentElement, words.settings, [
    ...THEMES.map((value) => ({ value, label: words[value], note: words.look, chosen: value === theme })),
    ...PAGE_LANGUAGES.map(([value, label]) => ({ value, label, note: words.words, chosen: value === chosen })),
  ]);
  if (!choice) return;
  const there = new URL(location.href); // what is chosen here outdoes what the address asked for
  there.searchParams.delete(THEMES.includes(choice) ? "theme" : "words");
  if (THEMES.includes(choice)) {
    theme = choice;
    remember("theme", theme);
    showTheme();
    history.replaceState(null, "", there);
  } else if (choice !== chosen) {
    remember("words", choice);
    location.replace(there);
  }
}

async function addPerson() {
  const name = el("input", { type: "text", required: true, maxlength: 64, autocomplete: "off", autofocus: true });
  const language = el("select", {}, LANGUAGES.map(([code, label]) => el("option", { value: code }, label)));
  const given = await ask(document.documentElement, {
    title: words.add_person, yes: words.add, read: () => ({ first_name: name.value.trim() || "?", language_code: language.value }),
    fields: [el("label", {}, words.name, name), el("label", {}, words.language, language)],
  });
  if (!given) return;
  const person = await api.addPerson(given).catch(() => null);
  if (person) {
    people.set(person.id, person);
    show(person.id);
  }
}

function show(id) {
  if (!phones.has(id)) {
    if (phones.size >= MOST_PHONES) hide([...phones.keys()].find((other) => other !== active) ?? active);
    const phone = new Phone(people.get(id), {
      onNews: (from) => { if (narrow.matches && from.id !== active) mark(from.id, true); },
      onPerson: (person) => { people.set(person.id, person); drawChips(); },
    });
    phones.set(id, phone);
    stage.append(phone.element);
  }
  active = id;
  mark(id, false);
  draw();
  for (const shown of [chips.querySelector(`[data-person="${id}"]`), phones.get(id).element]) shown.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function hide(id) {
  const phone = phones.get(id);
  phone.end();
  phone.element.remove();
  phones.delete(id);
  if (active === id) active = [...phones.keys()].at(-1) ?? null;
}

function choose(id) {
  if (!narrow.matches && phones.has(id) && phones.size > 1) {
    hide(id);
    draw();
  } else show(id);
}

function mark(id, news) {
  chips.querySelector(`[data-person="${id}"]`)?.classList.toggle("has-news", news);
}

function drawChips() {
  for (const { id, first_name: name } of people.values()) {
    let chip = chips.querySelector(`[data-person="${id}"]`);
    if (!chip) {
      chip = el("button", { type: "button", class: "chip", "data-person": id, click: () => choose(id) });
      chips.append(chip);
    }
    if (chip.textContent !== name) chip.textContent = name;
    chip.setAttribute("aria-pressed", String(narrow.matches ? id === active : phones.has(id)));
  }
}

function draw() {
  drawChips();
  for (const [id, phone] of phones) {
    phone.element.classList.toggle("is-active", id === active);
    phone.grow(); // a box that was hidden had no height
  }
  stage.querySelector(".nobody")?.remove();
  if (!phones.size) stage.append(el("p", { class: "nobody" }, words.nobody));
  remember("people", [...phones.keys()]);
  remember("active", active);
}

function firstShown(all) {
  const wanted = asked.has("people") ? asked.get("people").split(",").map(Number) : recall("people", []);
  const there = wanted.filter((id) => people.has(id)).slice(0, MOST_PHONES);
  return there.length ? there : all.slice(0, 2).map((person) => person.id);
}

async function begin() {
  const waiting = el("p", { class: "nobody", role: "status" });
  let all = null;
  while (!all) {
    try {
      all = await api.people();
    } catch {
      waiting.textContent = words.connecting;
      stage.append(waiting);
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }
  waiting.remove();
  for (const person of all) people.set(person.id, person);
  const first = firstShown(all);
  const last = recall("active", null);
  for (const id of first) show(id);
  if (phones.size) show(!asked.has("people") && phones.has(last) ? last : first[0]);
  else draw();
}

document.documentElement.lang = chosen;
document.title = words.title;
showTheme();
bar.append(el("h1", {}, el("img", { src: "/phone/static/bekal.svg", alt: "", width: 28, height: 28 }), el("span", {}, words.title)),
  el("nav", { class: "people", "aria-label": words.people }, chips, iconButton("add", words.add_person, addPerson)),
  iconButton("settings", words.settings, settings));
narrow.addEventListener("change", draw);
begin();
