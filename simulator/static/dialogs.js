// Sheets, questions, toasts and the picture viewer: all native dialogs, laid over the phone that asked.

import { drawing, el } from "./look.js";
import { words } from "./words.js";

export const ICONS = {
  add: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  more: "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  settings: "M4 7h9v2H4zm13 0h3v2h-3v2h-2V5h2zM4 15h3v2H4zm7 0h9v2h-9v2H9v-6h2z",
  send: "M3 20.5 21.5 12 3 3.5 3 10l12 2-12 2z",
  clip: "M16.5 6.5v10a4.5 4.5 0 0 1-9 0V6a3 3 0 0 1 6 0v9.5a1.2 1.2 0 0 1-2.4 0V7H9.3v8.5a3 3 0 0 0 6 0V6a4.8 4.8 0 0 0-9.6 0v10.5a6.3 6.3 0 0 0 12.6 0v-10z",
  menu: "M4 6h16v2.2H4zm0 5h16v2.2H4zm0 5h16v2.2H4z",
  keys: "M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm9 0h7v7h-7z",
  down: "M12 16.5 4.5 9l1.5-1.5 6 6 6-6L19.5 9z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  check: "M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z",
  photo: "M4 4h16v16H4zm2 12h12l-4-5.5-3 4-2-2.5zm3-6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
  document: "M6 2h8l6 6v14H4V2zm7 1.5V9h5.5z",
  voice: "M12 15a3.5 3.5 0 0 0 3.5-3.5v-6a3.5 3.5 0 0 0-7 0v6A3.5 3.5 0 0 0 12 15zm6.5-3.5h-2a4.5 4.5 0 0 1-9 0h-2a6.5 6.5 0 0 0 5.5 6.4V22h2v-4.1a6.5 6.5 0 0 0 5.5-6.4z",
  sticker: "M12 2a10 10 0 1 0 10 10A10 10 0 0 0 12 2zM8.5 8A1.5 1.5 0 1 1 7 9.5 1.5 1.5 0 0 1 8.5 8zm7 0A1.5 1.5 0 1 1 14 9.5 1.5 1.5 0 0 1 15.5 8zM12 18a5.5 5.5 0 0 1-5-3.5h10A5.5 5.5 0 0 1 12 18z",
  contact: "M12 12a4.5 4.5 0 1 0-4.5-4.5A4.5 4.5 0 0 0 12 12zm0 2c-4 0-8 2-8 5v2h16v-2c0-3-4-5-8-5z",
  location: "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5A2.5 2.5 0 1 1 14.5 9 2.5 2.5 0 0 1 12 11.5z",
  edit: "M4 16.5V20h3.5L18 9.5 14.5 6zM20.7 6.8a1 1 0 0 0 0-1.4l-2.1-2.1a1 1 0 0 0-1.4 0L15.5 5 19 8.5z",
  remove: "M7 20a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2V8H7zM19 5h-4l-1-2h-4L9 5H5v2h14z",
  copy: "M16 2H5v15h2V4h9zm3 4H9v16h10z",
  forward: "M14 8V4l7 7.5L14 19v-4.2c-5 0-8.5 1.7-11 5.2 1-6 4-11 11-12z",
  reply: "M10 8V4l-7 7.5L10 19v-4.2c5 0 8.5 1.7 11 5.2-1-6-4-11-11-12z",
};

export const icon = (name) => drawing(ICONS[name], "icon");

/** Make a round button that shows an icon. */
export function iconButton(name, label, click, attributes = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, click, ...attributes }, icon(name));
}

function open(over, name, label, content) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: name, "aria-label": label });
    const done = (value) => { dialog.result = value; dialog.close(); };
    dialog.append(...content(done));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.result ?? null); });
    let pressed = null; // a long press that opened this ends over it: that is no click beside it
    dialog.addEventListener("pointerdown", (event) => { pressed = event.target; });
    dialog.addEventListener("click", (event) => { if (event.target === dialog && pressed === dialog) dialog.close(); });
    const screen = over.querySelector(":scope > .screen") ?? over;
    const { left, top } = screen.getBoundingClientRect();
    const { clientLeft, clientTop, clientWidth: width, clientHeight: height } = screen;
    for (const [side, value] of Object.entries({ left: left + clientLeft, top: top + clientTop, width, height })) {
      dialog.style[side] = `${value}px`;
    }
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Let a person choose from a sheet of [{value, label, note, icon, danger, chosen}]; gives the value or null. */
export function sheet(over, title, items) {
  return open(over, "sheet", title, (done) => [el("div", { class: "sheet-body" },
    el("h2", {}, title),
    el("div", { class: "sheet-items" }, items.map((item) => el("button",
      { type: "button", class: `sheet-item${item.danger ? " is-danger" : ""}`, "aria-pressed": item.chosen === undefined ? null : String(item.chosen), click: () => done(item.value) },
      item.icon ? icon(item.icon) : null,
      el("span", { class: "grow" }, el("span", { class: "item-label" }, item.label), item.note ? el("span", { class: "item-note" }, item.note) : null),
      item.chosen ? icon("check") : null))),
    el("button", { type: "button", class: "sheet-item is-plain", click: () => done(null) }, words.cancel))]);
}

/** Ask in a box with fields; gives what `read()` returns when accepted, else null. */
export function ask(over, { title, text, fields = [], yes = words.ok, no = words.cancel, danger = false, read = () => true }) {
  return open(over, "box", title, (done) => [el("form",
    { class: "box-body", method: "dialog", submit: (event) => { event.preventDefault(); done(read()); } },
    el("h2", {}, title), text ? el("p", {}, text) : null, ...fields,
    el("div", { class: "box-buttons" },
      no ? el("button", { type: "button", class: "text-button", click: () => done(null) }, no) : null,
      el("button", { type: "submit", class: danger ? "text-button is-danger" : "text-button" }, yes)))]);
}

/** Show a picture as large as the window. */
export function viewPicture(image) {
  return open(document.documentElement, "viewer", words.picture, (done) => [
    el("img", { src: image.src, alt: image.alt }), iconButton("close", words.close, () => done(null), { autofocus: true })]);
}

/** Say something short at the bottom of a phone. */
export function toast(phone, text) {
  const place = phone.querySelector(".toasts");
  const made = el("div", { class: "toast" }, text);
  place.replaceChildren(made);
  setTimeout(() => made.remove(), Math.max(3500, text.length * 60));
}

/** Let a person pick one file. */
export function pickFile(accept) {
  return new Promise((resolve) => {
    const input = el("input", { type: "file", accept, class: "file-input", "aria-label": words.from_file, tabindex: -1 });
    input.addEventListener("change", () => { input.remove(); resolve(input.files[0] ?? null); });
    input.addEventListener("cancel", () => { input.remove(); resolve(null); });
    document.body.append(input);
    input.click();
  });
}
