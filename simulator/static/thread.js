// The messages of one chat on the screen: in order, by day, edited in place, and scrolled as a reader expects.

import { iconButton } from "./dialogs.js";
import { el, renderMessage } from "./look.js";
import { recallHere, rememberHere } from "./memory.js";
import { chosen, say, words } from "./words.js";

const NEAR_END = 60;
const SAME_ANSWER = 1500; // milliseconds in which a line below a long message belongs to it
const MOST_SHOWN = 500;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const day = (message) => new Date(message.date * 1000).toDateString();

function dayName(message) {
  const then = new Date(message.date * 1000);
  const now = new Date();
  if (then.toDateString() === now.toDateString()) return words.today;
  now.setDate(now.getDate() - 1);
  if (then.toDateString() === now.toDateString()) return words.yesterday;
  return then.toLocaleDateString(chosen, { day: "numeric", month: "long", year: then.getFullYear() === now.getFullYear() ? undefined : "numeric" });
}

export class Thread {
  /** `name` is what the tab remembers the place under; `me` whose thread it is; `options` are look.js's; `onMenu(message)` opens the menu of a message. */
  constructor({ name, me, options, onMenu }) {
    this.me = me;
    this.name = `place.${name}`;
    this.wanted = recallHere(this.name, null); // where someone read before a reload; null is the end
    this.options = options;
    this.onMenu = onMenu;
    this.shown = new Map();
    this.unseen = 0;
    this.atEnd = this.wanted === null;
    this.answer = null; // the newest message, if it is taller than the phone: its start stays in sight
    this.top = 0;
    this.height = 0;
    this.list = el("div", { class: "thread-list", role: "log", "aria-live": "polite", "aria-label": words.message });
    this.scroller = el("div", { class: "thread look", tabindex: 0, role: "region" }, this.list);
    this.count = el("span", { class: "badge", hidden: true });
    this.down = iconButton("down", words.down, () => this.toEnd(true), { class: "icon-button down", hidden: true });
    this.down.append(this.count);
    this.element = el("div", { class: "thread-frame" }, this.scroller, this.down);
    this.scroller.addEventListener("scroll", () => this.look(), { passive: true });
    for (const name of ["pointerdown", "keydown"]) this.scroller.addEventListener(name, () => { this.answer = null; }, { passive: true });
    const keep = new ResizeObserver(() => this.settle());
    keep.observe(this.scroller);
    keep.observe(this.list);
  }

  get size() { return this.shown.size; }

  isMine(message) { return message.from?.id === this.me; }

  find(id) { return this.shown.get(id)?.message; }

  /** Take the focus that something lost when it went: a keyboard goes on from here, and a phone shows none. */
  focus() { this.scroller.focus({ preventScroll: true }); }

  label(text) { this.list.setAttribute("aria-label", text); this.scroller.setAttribute("aria-label", text); }

  /** Show exactly these messages; those that did not change stay as they are. */
  fill(messages) {
    const kept = messages.slice(-MOST_SHOWN);
    const ids = new Set(kept.map((message) => message.message_id));
    this.list.setAttribute("aria-busy", "true");
    this.drop([...this.shown.keys()].filter((id) => !ids.has(id)), true);
    for (const message of kept) this.put(message, true);
    this.list.removeAttribute("aria-busy");
    for (const message of kept.slice(-2)) this.answerIs(this.shown.get(message.message_id).element, message);
    this.settle();
  }

  /** Show a message, or its new state. */
  put(message, quiet = false) {
    const known = this.shown.get(message.message_id);
    const state = JSON.stringify(message);
    if (known?.state === state) return;
    const element = renderMessage(message, this.options());
    this.addMenu(element, message);
    this.shown.set(message.message_id, { state, element, message });
    if (known) {
      if (known.element.classList.contains("is-read")) element.classList.add("is-read");
      const focused = known.element.contains(document.activeElement);
      known.element.replaceWith(element);
      if (this.answer === known.element) this.answer = element;
      if (focused) (element.querySelector(".look-key") ?? this.scroller).focus({ preventScroll: true });
      if (quiet) return;
      element.classList.add("was-edited");
      if (!message.reply_markup?.inline_keyboard) return; // an old screen: its buttons went
      this.answerIs(element, message, false);
      if (this.atEnd) this.toEnd(false, this.answer);
      return;
    }
    this.insert(element, message);
    if (!this.isMine(message)) this.read(message.message_id);
    if (quiet) return;
    element.classList.add("is-new");
    this.answerIs(element, message);
    if (this.atEnd || this.isMine(message)) this.toEnd(false, this.answer);
    else { this.unseen += 1; this.look(); }
  }

  answerIs(element, message, isNew = true) {
    const isTall = !this.isMine(message) && this.scroller.clientHeight && element.offsetHeight > this.scroller.clientHeight;
    const follows = element.previousElementSibling === this.answer && performance.now() - this.answeredAt < SAME_ANSWER;
    if (isTall) [this.answer, this.answeredAt] = [element, performance.now()];
    else if (isNew && !follows) this.answer = null;
  }

  insert(element, message) {
    let before = this.list.lastElementChild;
    while (before && Number(before.dataset.id) > message.message_id) before = before.previousElementSibling;
    if (before) before.after(element);
    else this.list.prepend(element);
    const previous = before?.dataset.id ? this.shown.get(Number(before.dataset.id))?.message : null;
    if (previous ? day(previous) !== day(message) : !before) element.before(el("div", { class: "day" }, el("span", {}, dayName(message))));
  }

  addMenu(element, message) {
    const bubble = element.querySelector(".look-bubble");
    if (!bubble) return; // a line that tells what changed
    const menu = () => { if (!document.querySelector("dialog[open]")) this.onMenu(message); };
    bubble.append(iconButton("more", words.message_menu, menu, { class: "message-menu" }));
    let timer = 0;
    const end = () => clearTimeout(timer);
    element.addEventListener("contextmenu", (event) => {
      if (event.target.closest("a, img")) return;
      event.preventDefault();
      end();
      menu();
    });
    element.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" || event.target.closest("button, a, audio, video")) return;
      timer = setTimeout(menu, 500);
    });
    for (const name of ["pointerup", "pointermove", "pointercancel"]) element.addEventListener(name, end);
  }

  /** The other side spoke: it has read what came before. */
  read(id = Infinity) {
    for (const [number, { element, message }] of this.shown) if (number < id && this.isMine(message)) element.classList.add("is-read");
  }

  drop(ids, quiet = false) {
    for (const id of ids) {
      const known = this.shown.get(id);
      if (!known) continue;
      this.shown.delete(id);
      const { element } = known;
      if (element.contains(document.activeElement)) this.focus();
      const gone = () => this.remove(element);
      if (quiet || still()) { gone(); continue; }
      element.style.height = `${element.offsetHeight}px`;
      element.removeAttribute("data-id");
      element.inert = true;
      requestAnimationFrame(() => element.classList.add("is-leaving"));
      setTimeout(gone, 220);
    }
  }

  remove(element) {
    const before = element.previousElementSibling;
    const after = element.nextElementSibling;
    element.remove();
    if (before?.classList.contains("day") && (!after || after.classList.contains("day"))) before.remove();
  }

  /** After a change of size: stay at the end, or go where someone read before a reload. */
  settle() {
    if (this.atEnd) {
      this.toEnd(false, this.answer);
      return;
    }
    if (this.wanted !== null && this.size && this.scroller.clientHeight) {
      this.scroller.scrollTop = this.wanted;
      this.wanted = null;
    }
    this.look();
  }

  /** Shown again after another chat: go where someone read. */
  reopen() {
    if (!this.atEnd) this.wanted = recallHere(this.name, null);
    this.settle();
  }

  /** Go to the end, but no further than the start of `first`: a long text is read from its beginning. */
  toEnd(smooth, first = null) {
    this.atEnd = true;
    this.wanted = null;
    const end = this.scroller.scrollHeight - this.scroller.clientHeight;
    const top = first?.isConnected ? Math.min(end, first.offsetTop - this.list.offsetTop) : end;
    this.scroller.scrollTo({ top, behavior: smooth && !still() ? "smooth" : "instant" });
    this.look();
  }

  look() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    if (!clientHeight || this.wanted !== null) return; // a hidden phone, or not yet where it shall be
    const near = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (near) this.atEnd = true;
    else if (scrollTop < this.top - 1 && scrollHeight === this.height) this.atEnd = false; // a reader went up: no message grew or shrank
    this.top = scrollTop;
    this.height = scrollHeight;
    rememberHere(this.name, this.atEnd ? null : scrollTop);
    if (this.atEnd) this.unseen = 0;
    this.down.hidden = near;
    this.count.hidden = !this.unseen;
    this.count.textContent = this.unseen || "";
    this.down.setAttribute("aria-label", this.unseen ? `${words.down}, ${say("new_messages", { count: this.unseen })}` : words.down);
  }
}
