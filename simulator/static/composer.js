// Where a person writes: the input, the attach menu, the command menu and the reply keyboard.

import * as api from "./api.js";
import { ask, icon, iconButton, pickFile, sheet, toast } from "./dialogs.js";
import { el } from "./look.js";
import { recallHere, rememberHere } from "./memory.js";
import { say, words } from "./words.js";

const PLACES = [
  ["Taipei", 25.0478, 121.517], ["Hong Kong", 22.2819, 114.1582], ["Kuala Lumpur", 3.1478, 101.6953], ["Johor Bahru", 1.4655, 103.7578],
  ["Singapore", 1.2897, 103.8501], ["Riyadh", 24.7136, 46.6753], ["Dubai", 25.2048, 55.2708], ["Tokyo", 35.6812, 139.7671], ["Seoul", 37.5665, 126.978],
  ["Bandar Seri Begawan", 4.8903, 114.9422], ["Doha", 25.2854, 51.531], ["Kuwait City", 29.3759, 47.9774], ["Jakarta", -6.1754, 106.8272],
  ["Lombok", -8.5833, 116.1167], [words.open_sea, 10, -150],
];
const STICKERS = ["👍", "🙏", "😊", "🎒"];
const FILES = { photo: "image/*", document: "", voice: "audio/*", video: "video/*" };

function drawSticker(sign) {
  const canvas = el("canvas", { width: 256, height: 256 });
  const pen = canvas.getContext("2d");
  pen.font = "190px system-ui, 'Noto Color Emoji'";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = "#0b6e69";
  pen.fillText(sign, 128, 140);
  return new Promise((resolve) => { canvas.toBlob((blob) => resolve(new File([blob], "sticker.webp", { type: blob.type })), "image/webp"); });
}

export class Composer {
  /** `talk` gives: name, path, thread, isBot, frame (the phone's), and bot() with the bot's profile in the person's language. */
  constructor(talk) {
    this.talk = talk;
    this.target = null; // {kind: "edit" | "reply", message}
    this.markup = null;
    this.waiting = ""; // the text that waits in the box while a message is edited
    const name = words.message;
    this.input = el("textarea", { rows: 1, maxlength: 20000, "aria-label": name, placeholder: name, autocomplete: "off", enterkeyhint: "send" });
    this.input.addEventListener("input", () => { this.grow(); this.keep(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.commands = el("button", { type: "button", class: "menu-button", "aria-label": `${words.menu}: ${words.commands}`, title: words.commands, click: () => this.showCommands() }, icon("menu"), el("span", {}, words.menu));
    this.toggle = iconButton("keys", words.keyboard, () => this.showKeys(this.keys.hidden), { hidden: true, "aria-expanded": "false" });
    this.sendButton = iconButton("send", words.send, () => { this.send(); this.input.focus(); }, { class: "icon-button send", disabled: true });
    this.attachButton = iconButton("clip", words.attach, () => this.attach());
    this.about = el("div", { class: "about", hidden: true });
    this.keys = el("div", { class: "reply-keys", role: "group", "aria-label": words.keyboard, hidden: true });
    this.line = el("div", { class: "composer-line" }, this.commands, el("div", { class: "input-frame" }, this.input, this.toggle, this.attachButton), this.sendButton);
    this.big = el("button", { type: "button", class: "big-button", hidden: true });
    this.big.addEventListener("click", () => this.act(this.big.dataset.kind === "unblock" ? ["unblock"] : ["text", { text: "/start" }]));
    this.element = el("div", { class: "composer" }, this.about, this.line, this.big, this.keys);
    const { text = "", edit = null } = recallHere(this.draft, {});
    this.begun = edit; // {id, text}: the edit that a reload interrupted
    this.write(text);
  }

  get draft() { return `draft.${this.talk.name}`; }

  /** Let the tab remember what was not sent. */
  keep() {
    if (this.begun) return; // not taken up yet
    const edited = this.target?.kind === "edit" ? { id: this.target.message.message_id, text: this.input.value } : null;
    const text = edited ? this.waiting : this.input.value;
    rememberHere(this.draft, text || edited ? { text, edit: edited } : null);
  }

  /** Take up the edit that a reload interrupted; `find(id)` gives its message, if it is still there. */
  resume(find) {
    const { begun } = this;
    this.begun = null;
    const message = begun && find(begun.id);
    if (!message) return;
    this.aim({ kind: "edit", message });
    this.write(begun.text);
    this.keep();
  }

  /** Show the input, the Start button of an empty chat, or Unblock. */
  update({ blocked, empty, commands }) {
    this.commands.hidden = !commands;
    const kind = blocked ? "unblock" : "start";
    const focused = document.activeElement === this.big;
    this.big.hidden = !blocked && !empty;
    this.line.hidden = !this.big.hidden;
    this.big.dataset.kind = kind;
    this.big.textContent = words[kind];
    if (!this.big.hidden) this.showKeys(false);
    else if (focused) this.talk.thread.focus();
    this.grow();
  }

  /** Do something at the stand-in; say so if it fails. Gives what came back, or null. */
  async act([what, body]) {
    try {
      return await api.act(this.talk.path, what, body);
    } catch (error) {
      this.complain(error);
      return null;
    }
  }

  complain(error) {
    toast(this.talk.frame, say("failed", { why: error.status ? error.message : words.offline }));
  }

  grow() {
    this.sendButton.disabled = !this.input.value.trim();
    if (!this.input.clientWidth) return; // hidden
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.target) this.aim(null);
  }

  write(text) {
    this.input.value = text;
    this.grow();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const { target } = this;
    this.aim(null);
    if (target?.kind !== "edit") this.write("");
    const made = await this.act(target?.kind === "edit" ? ["edit", { message_id: target.message.message_id, text }]
      : ["text", { text, ...(target ? { reply_to_message_id: target.message.message_id } : {}) }]);
    if (!made) this.takeBack(text, target);
    this.keep();
  }

  /** Put a text that was not sent back into the box, before what was typed since. */
  takeBack(text, target) {
    if (target) this.aim(target);
    this.write(target?.kind === "edit" ? text : [text, this.input.value].filter(Boolean).join("\n"));
  }

  /** Edit a message or answer it; null leaves that. */
  aim(target) {
    if (this.target?.kind === "edit") this.write(this.waiting);
    this.target = target;
    this.about.hidden = !target;
    if (target) this.showTarget(target);
    this.keep();
  }

  showTarget({ message, kind }) {
    const text = message.text ?? message.caption ?? words.document;
    this.about.replaceChildren(icon(kind), el("span", { class: "grow" },
      el("span", { class: "item-label" }, kind === "edit" ? words.editing : words.replying), el("span", { class: "item-note" }, text.slice(0, 100))),
      iconButton("close", words.cancel, () => { this.aim(null); this.input.focus(); }));
    if (kind === "edit") {
      this.waiting = this.input.value;
      this.write(text);
    }
    this.input.focus();
  }

  async showCommands() {
    const { commands = [] } = await this.talk.bot();
    if (!commands.length) {
      toast(this.talk.frame, words.no_commands);
      return;
    }
    const command = await sheet(this.talk.frame, words.commands,
      commands.map((each) => ({ value: each.command, label: `/${each.command}`, note: each.description })));
    if (command) await this.act(["text", { text: `/${command}` }]);
  }

  // The reply keyboard

  /** Take the bot's reply keyboard, or null. */
  setKeyboard(markup) {
    this.markup = markup?.keyboard?.length ? markup : null;
    this.toggle.hidden = !this.markup;
    this.input.placeholder = markup?.input_field_placeholder || words.message;
    const focused = this.keys.contains(document.activeElement);
    this.keys.replaceChildren(...(this.markup?.keyboard ?? []).map((row) => el("div", { class: "reply-row" }, row.map((given) => {
      const button = typeof given === "string" ? { text: given } : given;
      return el("button", { type: "button", class: "reply-key", click: () => this.pressKey(button) },
        button.request_contact ? icon("contact") : null, button.request_location ? icon("location") : null, el("span", {}, button.text));
    }))));
    this.showKeys(Boolean(this.markup));
    if (focused) (this.keys.querySelector("button") ?? this.talk.thread).focus();
  }

  showKeys(shown) {
    this.keys.hidden = !shown || !this.markup || this.line.hidden;
    this.toggle.setAttribute("aria-expanded", String(!this.keys.hidden));
    this.toggle.classList.toggle("is-on", !this.keys.hidden);
  }

  async pressKey(button) {
    const once = this.markup?.one_time_keyboard;
    let done;
    if (button.request_contact) done = await this.sendContact();
    else if (button.request_location) done = await this.sendPlace();
    else if (button.request_poll || button.web_app || button.request_users || button.request_chat) toast(this.talk.frame, words.not_here);
    else done = await this.act(["text", { text: button.text }]);
    if (done && once) this.showKeys(false);
  }

  // The attach menu

  async attach() {
    const kinds = ["photo", "document", "voice", "sticker", ...(this.talk.isBot ? ["contact", "location"] : [])];
    const kind = await sheet(this.talk.frame, words.attach, kinds.map((value) => ({ value, icon: value, label: value === "contact" ? words.my_contact : words[value] })));
    if (kind === "contact") await this.sendContact();
    else if (kind === "location") await this.sendPlace();
    else if (kind === "sticker") await this.sendSticker();
    else if (kind) await this.sendPicked(kind, await pickFile(FILES[kind]));
  }

  async sendContact() {
    const agreed = await ask(this.talk.frame, { title: words.my_contact, text: words.ask_contact, yes: words.send });
    return agreed && this.act(["contact", {}]);
  }

  async sendPlace() {
    const choice = el("select", { autofocus: true }, PLACES.map(([name], number) => el("option", { value: number }, name)));
    const place = await ask(this.talk.frame, { title: words.location, text: words.ask_location, fields: [el("label", {}, words.place, choice)], yes: words.send, read: () => PLACES[choice.value] });
    return place && this.act(["location", { latitude: place[1], longitude: place[2] }]);
  }

  async sendSticker() {
    const sign = await sheet(this.talk.frame, words.choose_sticker, [...STICKERS.map((value) => ({ value, label: value })), { value: "file", label: words.from_file }]);
    if (sign) await this.sendPicked("sticker", sign === "file" ? await pickFile("image/webp,image/png") : await drawSticker(sign));
  }

  async sendPicked(kind, file) {
    if (!file) return;
    let caption = "";
    if (kind === "photo" || kind === "document") {
      caption = await this.askCaption(kind, file);
      if (caption === null) return;
    }
    try {
      await api.sendFile(this.talk.path, kind, file, caption);
    } catch (error) {
      this.complain(error);
    }
  }

  async askCaption(kind, file) {
    const input = el("input", { type: "text", maxlength: 1024, autocomplete: "off" });
    const address = kind === "photo" ? URL.createObjectURL(file) : null;
    const shown = address ? el("img", { class: "preview", src: address, alt: file.name }) : el("p", {}, file.name);
    const caption = await ask(this.talk.frame, { title: words[kind], fields: [shown, el("label", {}, words.caption, input)], yes: words.send, read: () => input.value.trim() });
    if (address) URL.revokeObjectURL(address);
    return caption;
  }
}
