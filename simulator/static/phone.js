// One person's phone: its frame, its chat with the bot, and what happens in it.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { ask, iconButton, sheet, toast, viewPicture } from "./dialogs.js";
import { el } from "./look.js";
import { Thread } from "./thread.js";
import { chosen, LANGUAGES, languageName, say, words } from "./words.js";

const SPINNER_MS = 15000;
const TYPING_MS = 6000;

export class Phone {
  /** `onNews(phone)` is called when something was said, `onPerson(person)` when the person changed. */
  constructor(person, { onNews, onPerson }) {
    this.id = person.id;
    this.person = person;
    this.onNews = onNews;
    this.onPerson = onPerson;
    this.taps = new Map(); // id of a tap that waits: its button
    this.answered = new Set(); // ids answered before their tap was
    this.profile = null;
    this.thread = new Thread({ name: person.id, options: () => this.options(), onMenu: (message) => this.messageMenu(message) });
    this.composer = new Composer(this);
    this.element = this.build();
    this.composer.update({ blocked: person.blocked, empty: false });
    this.showPerson(person);
    this.end = api.listen(person.id, {
      begin: () => this.load(), onEvent: (name, body) => this.hear(name, body), onState: (connected) => this.showState(connected),
    });
  }

  build() {
    this.title = el("h2", {}, "Bekal");
    this.state = el("p", { class: "state" }, words.bot);
    this.owner = el("p", { class: "owner" });
    this.lost = el("p", { class: "lost", role: "status", hidden: true });
    this.empty = el("p", { class: "empty", hidden: true }, words.empty);
    this.thread.element.prepend(this.empty);
    return el("section", { class: "phone" }, this.owner, el("div", { class: "screen" },
      el("div", { class: "head" }, el("img", { src: "/phone/static/bekal.svg", alt: "", width: 40, height: 40 }),
        el("div", { class: "grow" }, this.title, this.state), iconButton("more", words.menu, () => this.menu())),
      this.lost, this.thread.element, el("div", { class: "toasts", role: "status" }), this.composer.element));
  }

  options() {
    return {
      words, locale: chosen, fileUrl: api.fileUrl, bot: this.profile?.username,
      onButton: (button, element) => this.press(button, element), onPhoto: viewPicture,
      onStart: (payload) => this.composer.act(["text", { text: `/start ${payload}`.trim() }]),
      onCommand: (text) => this.composer.act(["text", { text }]),
    };
  }

  /** Fetch the bot's profile in the person's language. */
  async bot() {
    try {
      this.profile = await api.bot(this.person.language_code);
      this.title.textContent = this.profile.name || "Bekal";
      this.empty.textContent = this.profile.description || words.empty;
      const label = say("conversation", { name: this.person.first_name, bot: this.title.textContent });
      this.thread.label(label);
    } catch { /* the bar already says that there is no connection */ }
    return this.profile ?? {};
  }

  async load() {
    await this.bot();
    let chat;
    try {
      chat = await api.chat(this.id);
    } catch (error) {
      if (error.status === 404) this.lost.textContent = words.gone;
      throw error;
    }
    this.showPerson(chat.person);
    this.thread.fill(chat.messages);
    this.composer.resume((id) => this.thread.find(id));
    if (JSON.stringify(chat.reply_keyboard ?? null) !== JSON.stringify(this.composer.markup)) this.composer.setKeyboard(chat.reply_keyboard);
    this.showTyping(chat.chat_action);
    this.refresh();
    return chat.last_event;
  }

  hear(name, body) {
    switch (name) {
      case "message":
        this.thread.put(body.message);
        if (!body.mine) this.showTyping(null);
        this.onNews(this);
        break;
      case "edited": this.thread.put(body.message); break;
      case "deleted": this.thread.drop(body.message_ids); break;
      case "answer": this.answer(body); break;
      case "chat_action": this.showTyping(body.action); break;
      case "reply_keyboard": this.composer.setKeyboard(body.markup); break;
      case "person": this.showPerson(body.person); this.bot(); break;
    }
    this.refresh();
  }

  refresh() {
    this.empty.hidden = this.thread.size > 0;
    this.composer.update({ blocked: this.person.blocked, empty: !this.thread.size });
  }

  showPerson(person) {
    this.person = person;
    this.owner.textContent = `${person.first_name} · ${languageName(person.language_code)}`;
    this.element.setAttribute("aria-label", say("phone_of", { name: person.first_name }));
    this.onPerson(person);
  }

  showState(connected) {
    this.lost.hidden = connected;
    if (connected) this.lost.textContent = words.connecting;
    else this.lost.textContent ||= words.connecting;
  }

  showTyping(action) {
    clearTimeout(this.typing);
    this.state.textContent = action ? words.typing : words.bot;
    this.state.classList.toggle("is-typing", Boolean(action));
    if (action) this.typing = setTimeout(() => this.showTyping(null), TYPING_MS);
    this.thread.read(action ? Infinity : 0);
  }

  // Inline buttons

  async press(button, element) {
    if (button.copy_text) {
      await this.copy(button.copy_text.text);
      return;
    }
    if (button.callback_data === undefined) {
      toast(this.element, words.not_here);
      return;
    }
    if (element.classList.contains("is-busy")) return;
    element.setBusy(true);
    setTimeout(() => element.setBusy(false), SPINNER_MS);
    const id = Number(element.closest("[data-id]").dataset.id);
    const tap = await this.composer.act(["tap", { message_id: id, data: button.callback_data }]);
    if (!tap || this.answered.delete(tap.callback_query_id)) element.setBusy(false);
    else this.taps.set(tap.callback_query_id, element);
  }

  answer({ callback_query_id: id, text, show_alert: alert, url }) {
    const button = this.taps.get(id);
    if (button) button.setBusy(false);
    else this.answered.add(id);
    this.taps.delete(id);
    if (url) this.follow(url);
    if (!text) return;
    if (alert) ask(this.element, { title: this.title.textContent, text, no: null });
    else toast(this.element, text);
  }

  follow(url) {
    if (!URL.canParse(url)) return;
    const { searchParams, pathname } = new URL(url);
    if (pathname.slice(1) === this.profile?.username) this.options().onStart(searchParams.get("start") ?? "");
  }

  // Menus

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no right to, or no https: the old way
      const area = el("textarea", { class: "file-input" });
      area.value = text;
      this.element.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    toast(this.element, words.copied);
  }

  async messageMenu(message) {
    const text = message.text ?? message.caption;
    const mine = !message.from?.is_bot;
    const choice = await sheet(this.element, words.message_menu, [
      { value: "reply", icon: "reply", label: words.reply },
      text && { value: "copy", icon: "copy", label: words.copy },
      mine && message.text && { value: "edit", icon: "edit", label: words.edit },
      mine && { value: "remove", icon: "remove", label: words.remove, danger: true },
    ].filter(Boolean));
    if (choice === "copy") await this.copy(text);
    else if (choice === "remove") {
      const agreed = await ask(this.element, { title: words.remove, text: words.ask_remove, yes: words.remove, danger: true });
      if (agreed) await this.composer.act(["delete", { message_ids: [message.message_id] }]);
    } else if (choice) this.composer.aim({ kind: choice, message });
  }

  async menu() {
    const { blocked, first_name: name, language_code: code } = this.person;
    const choice = await sheet(this.element, words.menu, [
      { value: "language", icon: "contact", label: say("change_language", { name, language: languageName(code) }) },
      blocked ? { value: "unblock", icon: "check", label: words.unblock } : { value: "block", icon: "close", label: words.block, danger: true },
    ]);
    if (choice === "language") await this.chooseLanguage();
    else if (choice) await this.composer.act([choice]);
  }

  async chooseLanguage() {
    const language = await sheet(this.element, words.language,
      LANGUAGES.map(([value, label]) => ({ value, label, chosen: value === this.person.language_code })));
    if (!language) return;
    try {
      this.showPerson(await api.changePerson(this.id, { language_code: language }));
      await this.bot();
    } catch (error) {
      this.composer.complain(error);
    }
  }
}
