// One person's phone: its frame, its chats, and what the stand-in tells it.

import * as api from "./api.js";
import { ask, iconButton, sheet, toast } from "./dialogs.js";
import { el } from "./look.js";
import { Talk } from "./talk.js";
import { LANGUAGES, languageName, say, words } from "./words.js";

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
    this.element = this.build();
    this.main = new Talk(this, { id: person.id, type: "bot", title: words.bot_name, has_bot: true });
    this.talks = new Map([[person.id, this.main]]); // those that were opened, by the id of their chat
    this.show(this.main);
    this.showPerson(person);
    this.end = api.listen(person.id, {
      begin: () => this.load(), onEvent: (name, body, number) => this.hear(name, body, number), onState: (connected) => this.showConnection(connected),
    });
  }

  build() {
    this.title = el("h2", {}, words.bot_name);
    this.state = el("p", { class: "state" }, words.bot);
    this.owner = el("p", { class: "owner" });
    this.lost = el("p", { class: "lost", role: "status", hidden: true });
    this.tabs = el("nav", { class: "tabs", "aria-label": words.chats, hidden: true });
    this.toasts = el("div", { class: "toasts", role: "status" });
    return el("section", { class: "phone" }, this.owner, el("div", { class: "screen" },
      el("div", { class: "head" }, el("img", { src: "/phone/static/bekal.svg", alt: "", width: 40, height: 40 }),
        el("div", { class: "grow" }, this.title, this.state), iconButton("more", words.menu, () => this.menu())),
      this.lost, this.tabs, this.toasts));
  }

  /** After the page changed its size or what it shows. */
  grow() { this.current.composer.grow(); }

  /** Fetch the bot's profile in the person's language. */
  async bot() {
    try {
      this.profile = await api.bot(this.person.language_code);
      this.main.title = this.profile.name || words.bot_name;
      this.main.empty.textContent = this.profile.description || words.empty;
      this.showTitle();
    } catch { /* the bar already says that there is no connection */ }
    return this.profile ?? {};
  }

  async load() {
    await this.bot();
    let last;
    try {
      last = await this.main.load();
      await this.loadChats();
    } catch (error) {
      if (error.status === 404) this.lost.textContent = words.gone;
      throw error;
    }
    for (const talk of this.talks.values()) if (talk !== this.main) await talk.load();
    return last;
  }

  hear(name, body, number) {
    if (name === "answer") this.answer(body);
    else if (name === "chat_list") this.loadChats().catch(() => { /* the next connection fetches them anew */ });
    else if (name === "person") {
      this.showPerson(body.person);
      this.main.refresh();
      this.bot();
    } else {
      this.talks.get(body.chat_id)?.hear(name, body, number);
      if (name !== "message") return;
      if (body.chat_id !== this.current.id) this.mark(body.chat_id, true);
      this.onNews(this);
    }
  }

  showPerson(person) {
    this.person = person;
    this.owner.textContent = `${person.first_name} · ${languageName(person.language_code)}`;
    this.element.setAttribute("aria-label", say("phone_of", { name: person.first_name }));
    this.onPerson(person);
  }

  showConnection(connected) {
    this.lost.hidden = connected;
    if (connected) this.lost.textContent = words.connecting;
    else this.lost.textContent ||= words.connecting;
  }

  showTitle() {
    this.title.textContent = this.current.title;
    this.showState();
    for (const talk of this.talks.values()) talk.thread.label(say("conversation", { name: this.person.first_name, bot: talk.title }));
  }

  /** Say what the chat is, or that the bot is typing in it. */
  showState() {
    if (!this.current) return;
    const { isTyping, type } = this.current;
    this.state.textContent = isTyping ? words.typing : { bot: words.bot, person: words.person }[type] ?? words.group;
    this.state.classList.toggle("is-typing", isTyping);
  }

  // Chats

  show(talk) {
    this.current?.element.remove();
    this.current = talk;
    this.toasts.before(talk.element);
    talk.thread.reopen();
    talk.composer.grow();
    this.mark(talk.id, false);
    this.showTitle();
    for (const tab of this.tabs.children) tab.setAttribute("aria-pressed", String(Number(tab.dataset.chat) === talk.id));
  }

  /** Show the tabs, which are there as soon as there is more than the bot. */
  async loadChats() {
    const chats = await api.chats(this.id);
    const news = new Set([...this.tabs.querySelectorAll(".has-news")].map((tab) => tab.dataset.chat));
    this.tabs.hidden = chats.length < 2;
    this.tabs.replaceChildren(...chats.map((chat) => el("button",
      { type: "button", class: "tab", "data-chat": chat.id, "aria-pressed": String(chat.id === this.current.id), click: () => this.open(chat) }, chat.type === "bot" ? this.main.title : chat.title)));
    for (const id of this.talks.keys()) if (!chats.some((chat) => chat.id === id)) this.talks.delete(id);
    if (!this.talks.has(this.current.id)) this.show(this.main);
    for (const { id, has_bot: hasBot } of chats) {
      if (news.has(String(id))) this.mark(id, true);
      const talk = this.talks.get(id);
      if (!talk) continue;
      talk.hasBot = hasBot;
      talk.refresh();
    }
  }

  mark(chatId, news) {
    this.tabs.querySelector(`[data-chat="${chatId}"]`)?.classList.toggle("has-news", news);
  }

  async open(chat) {
    if (!this.talks.has(chat.id)) {
      const talk = new Talk(this, chat);
      this.talks.set(chat.id, talk);
      await talk.load().catch((error) => talk.composer.complain(error));
    }
    this.show(this.talks.get(chat.id));
  }

  /** Follow a deep link of the bot: open its chat and start it. */
  start(payload) {
    this.show(this.main);
    return this.main.composer.act(["text", { text: `/start ${payload}`.trim() }]);
  }

  // Answers to taps

  awaitAnswer(id, button) {
    if (this.answered.delete(id)) button.setBusy(false);
    else this.taps.set(id, button);
  }

  answer({ callback_query_id: id, text, show_alert: alert, url }) {
    const button = this.taps.get(id);
    if (button) button.setBusy(false);
    else this.answered.add(id);
    this.taps.delete(id);
    if (url) this.follow(url);
    if (!text) return;
    if (alert) ask(this.element, { title: this.main.title, text, no: null });
    else toast(this.element, text);
  }

  follow(url) {
    if (!URL.canParse(url)) return;
    const { searchParams, pathname } = new URL(url);
    if (pathname.slice(1) === this.profile?.username) this.start(searchParams.get("start") ?? "");
  }

  // The menu of the phone

  async menu() {
    const { current: talk } = this;
    const { blocked, first_name: name, language_code: code } = this.person;
    const isGroup = !talk.isBot && talk.type !== "person";
    const choice = await sheet(this.element, words.menu, [
      { value: "language", icon: "contact", label: say("change_language", { name, language: languageName(code) }) },
      { value: "group", icon: "add", label: words.new_group },
      isGroup && !talk.hasBot && { value: "add_bot", icon: "add", label: words.add_bot },
      isGroup && talk.hasBot && { value: "remove_bot", icon: "close", label: words.remove_bot, danger: true },
      { value: "clear", icon: "remove", label: words.clear, danger: true },
      talk.isBot && (blocked ? { value: "unblock", icon: "check", label: words.unblock } : { value: "block", icon: "close", label: words.block, danger: true }),
    ].filter(Boolean));
    if (choice === "language") await this.chooseLanguage();
    else if (choice === "group") await this.addGroup();
    else if (choice === "clear") await talk.clear();
    else if (choice) await talk.composer.act([choice]);
  }

  async chooseLanguage() {
    const language = await sheet(this.element, words.language,
      LANGUAGES.map(([value, label]) => ({ value, label, chosen: value === this.person.language_code })));
    if (!language) return;
    try {
      this.showPerson(await api.changePerson(this.id, { language_code: language }));
      await this.bot();
    } catch (error) {
      this.main.composer.complain(error);
    }
  }

  /** Make a group of everybody here, and add the bot to it. */
  async addGroup() {
    const title = el("input", { type: "text", required: true, maxlength: 128, autocomplete: "off", autofocus: true });
    const given = await ask(this.element, { title: words.new_group, text: words.about_group, yes: words.add, fields: [el("label", {}, words.name, title)], read: () => title.value.trim() });
    if (!given) return;
    try {
      const people = (await api.people()).map((person) => person.id);
      const group = await api.act(`people/${this.id}`, "groups", { title: given, people });
      await api.act(`people/${this.id}/chats/${group.id}`, "add_bot");
      await this.loadChats();
      await this.open({ ...group, has_bot: true });
    } catch (error) {
      this.main.composer.complain(error);
    }
  }
}
