// One chat on a person's phone: with the bot, with a group, or with somebody else. Its messages, and what is done with them.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { ask, sheet, toast, viewPicture } from "./dialogs.js";
import { el } from "./look.js";
import { Thread } from "./thread.js";
import { chosen, say, words } from "./words.js";

const SPINNER_MS = 15000;
const TYPING_MS = 6000;

export class Talk {
  /** `phone` is whose it is; the rest is the chat as the control address lists it. */
  constructor(phone, { id, type, title, has_bot: hasBot }) {
    Object.assign(this, { phone, id, type, title, hasBot });
    this.isBot = type === "bot";
    this.path = this.isBot ? `people/${phone.id}` : `people/${phone.id}/chats/${id}`;
    this.name = this.isBot ? `${phone.id}` : `${phone.id}.${id}`;
    this.after = 0; // the last event that the chat as it was fetched already holds
    this.early = null; // what was heard while the chat was fetched
    this.isTyping = false;
    this.empty = el("p", { class: "empty", hidden: true }, words.empty);
    this.thread = new Thread({ name: this.name, me: phone.id, options: () => this.options(), onMenu: (message) => this.messageMenu(message) });
    this.thread.element.prepend(this.empty);
    this.composer = new Composer(this);
    this.element = el("div", { class: "talk" }, this.thread.element, this.composer.element);
    this.composer.update({ blocked: this.isBot && phone.person.blocked, empty: false, commands: hasBot });
  }

  /** The phone's frame: what is asked and said lies over it. */
  get frame() { return this.phone.element; }

  bot() { return this.phone.bot(); }

  options() {
    return {
      words, locale: chosen, me: this.phone.id, names: !this.isBot && this.type !== "person", fileUrl: api.fileUrl, bot: this.phone.profile?.username,
      onButton: (button, element) => this.press(button, element), onPhoto: viewPicture,
      onStart: (payload) => this.phone.start(payload),
      onCommand: (text) => this.composer.act(["text", { text }]),
    };
  }

  /** Fetch the chat and show it; gives the number of its last event. */
  async load() {
    this.early = [];
    try {
      this.take(await api.chat(this.path));
    } finally {
      const { early } = this;
      this.early = null;
      for (const event of early) this.hear(...event);
    }
    return this.after;
  }

  take(chat) {
    this.after = chat.last_event;
    if (this.isBot) this.phone.showPerson(chat.person);
    this.thread.fill(chat.messages);
    this.refresh(); // before the keys: an empty chat shows none
    this.composer.resume((id) => this.thread.find(id));
    if (JSON.stringify(chat.reply_keyboard ?? null) !== JSON.stringify(this.composer.markup)) this.composer.setKeyboard(chat.reply_keyboard);
    this.showTyping(chat.chat_action);
  }

  hear(name, body, number) {
    if (this.early) {
      this.early.push([name, body, number]);
      return;
    }
    if (number <= this.after) return;
    switch (name) {
      case "message":
        this.thread.put(body.message);
        if (!body.mine) this.showTyping(null);
        break;
      case "edited": this.thread.put(body.message); break;
      case "deleted": this.thread.drop(body.message_ids); break;
      case "cleared": this.thread.fill([]); break;
      case "chat_action": this.showTyping(body.action); break;
      case "reply_keyboard": this.composer.setKeyboard(body.markup); break;
    }
    this.refresh();
  }

  refresh() {
    this.empty.hidden = !this.isBot || this.thread.size > 0;
    this.composer.update({ blocked: this.isBot && this.phone.person.blocked, empty: this.isBot && !this.thread.size, commands: this.hasBot });
  }

  showTyping(action) {
    clearTimeout(this.typing);
    this.isTyping = Boolean(action);
    if (action) this.typing = setTimeout(() => this.showTyping(null), TYPING_MS);
    this.thread.read(action ? Infinity : 0);
    this.phone.showState();
  }

  // Inline buttons

  async press(button, element) {
    if (button.copy_text) {
      await this.copy(button.copy_text.text);
      return;
    }
    if (button.callback_data === undefined) {
      toast(this.frame, words.not_here);
      return;
    }
    if (element.classList.contains("is-busy")) return;
    element.setBusy(true);
    setTimeout(() => element.setBusy(false), SPINNER_MS);
    const id = Number(element.closest("[data-id]").dataset.id);
    const tap = await this.composer.act(["tap", { message_id: id, data: button.callback_data }]);
    if (tap) this.phone.awaitAnswer(tap.callback_query_id, element);
    else element.setBusy(false);
  }

  // Menus

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no right to, or no https: the old way
      const area = el("textarea", { class: "file-input" });
      area.value = text;
      this.frame.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    toast(this.frame, words.copied);
  }

  async messageMenu(message) {
    const text = message.text ?? message.caption;
    const mine = message.from?.id === this.phone.id;
    const choice = await sheet(this.frame, words.message_menu, [
      { value: "reply", icon: "reply", label: words.reply },
      text && { value: "copy", icon: "copy", label: words.copy },
      { value: "forward", icon: "forward", label: words.forward },
      mine && message.text && { value: "edit", icon: "edit", label: words.edit },
      mine && { value: "remove", icon: "remove", label: words.remove, danger: true },
    ].filter(Boolean));
    if (choice === "copy") await this.copy(text);
    else if (choice === "forward") await this.forward(message);
    else if (choice === "remove") {
      const agreed = await ask(this.frame, { title: words.remove, text: words.ask_remove, yes: words.remove, danger: true });
      if (agreed) await this.composer.act(["delete", { message_ids: [message.message_id] }]);
    } else if (choice) this.composer.aim({ kind: choice, message });
  }

  async forward(message) {
    const people = (await api.people().catch(() => [])).filter((person) => person.id !== this.phone.id);
    if (!people.length) {
      toast(this.frame, words.nobody_else);
      return;
    }
    const to = await sheet(this.frame, words.forward_to, people.map((person) => ({ value: person, icon: "contact", label: person.first_name })));
    if (to && await this.composer.act(["forward", { message_id: message.message_id, to: to.id }])) toast(this.frame, say("forwarded", { name: to.first_name }));
  }

  async clear() {
    const agreed = await ask(this.frame, { title: words.clear, text: words.ask_clear, yes: words.clear, danger: true });
    if (agreed) await this.composer.act(["clear", {}]);
  }
}
