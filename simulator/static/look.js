// The look of a chat: a Bot API Message as DOM. Depends on nothing; the phone page and the staff desk's preview share it.
// Whatever people or editors wrote becomes text nodes only, never markup.

const SVG = "http://www.w3.org/2000/svg";
const SAFE_LINK = /^(https?|tg|mailto|tel):/i;
const WRAPPERS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const ENGLISH = {
  edited: "edited", photo: "Photo", open_photo: "Open the picture", sticker: "Sticker", video: "Video", voice: "Voice message",
  play: "Play", pause: "Pause", location: "Location", contact: "Contact", document: "File", show_spoiler: "Show hidden text",
  unknown: "This message cannot be shown here", busy: "Waiting for an answer", no_sound: "Cannot be played",
  forwarded_from: "Forwarded from {name}", added: "{name} added {member}", removed: "{name} removed {member}",
};
const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

/** Make an element: el("a", {class: "x", href: "/"}, "text", child). Functions become listeners; null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Make an icon of 24 by 24 from the path that draws it. */
export function drawing(path, name = "look-icon") {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", name);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Return an address that may be linked, or null. */
export function safeLink(address) {
  const text = String(address ?? "").trim();
  if (SAFE_LINK.test(text)) return text;
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) || !text ? null : `https://${text}`;
}

function startPayload(address, bot) {
  const isWeb = /^https?:\/\/(t|telegram)\.me\//i.test(address);
  if (!bot || !(isWeb || /^tg:(\/\/)?resolve\?/i.test(address)) || !URL.canParse(address)) return null;
  const { pathname, searchParams } = new URL(address);
  const name = isWeb ? pathname.slice(1).replace(/\/$/, "") : searchParams.get("domain") ?? "";
  if (name.toLowerCase() !== bot.toLowerCase()) return null;
  const payload = searchParams.get("start") ?? "";
  return START_PAYLOAD.test(payload) ? payload : "";
}

/** A link: to the world in a new tab; a deep link of this bot goes to `onStart(payload)`. */
function link(address, children, { bot, onStart } = {}, attributes = {}) {
  const href = safeLink(address);
  if (!href) return el("span", attributes, ...children);
  const payload = onStart ? startPayload(href, bot) : null;
  const inNewTab = /^(https?|tg):/i.test(href) ? { target: "_blank", rel: "noopener noreferrer" } : {};
  const click = payload === null ? null : (event) => { event.preventDefault(); onStart(payload); };
  return el("a", { href, ...inNewTab, click, ...attributes }, ...children);
}

function spoiler(children, words) {
  const hidden = el("span", { class: "look-spoiler", role: "button", tabindex: 0, "aria-label": words.show_spoiler },
    el("span", { class: "look-spoiler-text" }, ...children));
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
    hidden.classList.add("is-shown");
  };
  hidden.addEventListener("click", show, { once: true });
  hidden.addEventListener("keydown", show);
  return hidden;
}

function wrapped(entity, raw, children, options) {
  const { words, onCommand } = options;
  if (entity.type === "pre") return el("pre", { tabindex: 0 }, el("code", { "data-language": entity.language ?? null }, ...children));
  if (entity.type in WRAPPERS) return el(WRAPPERS[entity.type], {}, ...children);
  switch (entity.type) {
    case "spoiler": return spoiler(children, words);
    case "text_link": return link(entity.url, children, options);
    case "url": return link(raw, children, options);
    case "email": return link(`mailto:${raw}`, children);
    case "phone_number": return link(`tel:${raw.replace(/[^\d+]/g, "")}`, children);
    case "mention": return link(`https://t.me/${raw.slice(1)}`, children, options);
    case "bot_command":
      return onCommand ? el("button", { type: "button", class: "look-command", click: () => onCommand(raw) }, ...children)
        : el("span", { class: "look-command" }, ...children);
    case "text_mention": case "hashtag": case "cashtag": return el("span", { class: "look-command" }, ...children);
    default: return el("span", {}, ...children);
  }
}

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

function pieces(text, start, end, entities, options) {
  const made = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    rest = others;
    if (to <= from) continue;
    const block = BLOCKS.has(entity.type); // it begins a line of its own, and ends one
    if (from > at) made.push(block ? text.slice(at, from).replace(/\n$/, "") : text.slice(at, from));
    const inside = others.filter((other) => other.offset < to);
    made.push(wrapped(entity, text.slice(from, to), pieces(text, from, to, inside, options), options));
    rest = others.filter((other) => other.offset >= to);
    at = block && to < end && text[to] === "\n" ? to + 1 : to;
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}

/** Render a text with its entities; their UTF-16 offsets are JavaScript's own. */
export function renderText(text, entities = [], options = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const all = { ...options, words: { ...ENGLISH, ...options.words } };
  return pieces(text, 0, text.length, sorted, all);
}

function photo(sizes, alt, { fileUrl, onPhoto, words }) {
  const best = sizes.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const image = el("img", { src: fileUrl(best.file_id), alt: alt || words.photo, width: best.width || 320, height: best.height || 240, loading: "lazy" });
  if (!onPhoto) return el("div", { class: "look-photo" }, image);
  return el("button", { type: "button", class: "look-photo", "aria-label": `${words.open_photo}${alt ? `: ${alt.slice(0, 80)}` : ""}`, click: () => onPhoto(image) }, image);
}

function minutes(seconds) {
  const whole = Number.isFinite(seconds) ? Math.round(seconds) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M6 5h4v14H6zm8 0h4v14h-4z";

function voice(file, { fileUrl, words }) {
  const sound = new Audio();
  const time = el("span", { class: "look-small" }, minutes(file.duration));
  const wave = el("span", { class: "look-wave", "aria-hidden": "true" });
  const button = el("button", { type: "button", class: "look-round", "aria-label": `${words.voice}: ${words.play}` }, drawing(PLAY));
  const show = () => {
    button.replaceChildren(drawing(sound.paused ? PLAY : PAUSE));
    button.setAttribute("aria-label", `${words.voice}: ${sound.paused ? words.play : words.pause}`);
  };
  sound.preload = "none";
  button.addEventListener("click", () => {
    if (!sound.src) sound.src = fileUrl(file.file_id);
    if (sound.paused) sound.play().catch(() => { time.textContent = words.no_sound; });
    else sound.pause();
  });
  for (const event of ["play", "pause", "ended"]) sound.addEventListener(event, show);
  sound.addEventListener("timeupdate", () => {
    const length = Number.isFinite(sound.duration) ? sound.duration : file.duration || 1;
    wave.style.setProperty("--played", `${Math.min(100, (100 * sound.currentTime) / length)}%`);
    time.textContent = minutes(sound.ended ? length : sound.currentTime);
  });
  return el("div", { class: "look-row" }, button, el("div", { class: "look-grow" }, wave, time));
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const FILE = "M6 2h8l6 6v14H4V2zm7 1.5V9h5.5z";

function file(document_, { fileUrl, words }) {
  const name = document_.file_name || words.document;
  return el("a", { class: "look-row look-file", href: fileUrl(document_.file_id), download: name },
    el("span", { class: "look-round" }, drawing(FILE)),
    el("span", { class: "look-grow" }, el("span", { class: "look-name" }, name), el("span", { class: "look-small" }, size(document_.file_size))));
}

function contact(card) {
  const name = [card.first_name, card.last_name].filter(Boolean).join(" ");
  return el("div", { class: "look-row" },
    el("span", { class: "look-round look-initial", "aria-hidden": "true" }, [...(name || "?")][0]),
    el("span", { class: "look-grow" }, el("span", { class: "look-name" }, name),
      link(`tel:${String(card.phone_number).replace(/[^\d+]/g, "")}`, [card.phone_number], {}, { class: "look-small" })));
}

const PIN = "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5A2.5 2.5 0 1 1 12 6.5a2.5 2.5 0 0 1 0 5z";

function place({ latitude, longitude }, title, words) {
  const where = `${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}`;
  const map = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=14/${Number(latitude)}/${Number(longitude)}`;
  return link(map, [el("span", { class: "look-map" }, drawing(PIN, "look-pin")),
    el("span", { class: "look-place" }, el("span", { class: "look-name" }, title || words.location), el("span", { class: "look-small" }, where))], {}, { class: "look-location" });
}

function media(message, options) {
  const { fileUrl, words } = options;
  if (message.photo?.length) return photo(message.photo, message.caption, options);
  if (message.voice || message.audio) return voice(message.voice ?? message.audio, options);
  if (message.video) return el("video", { class: "look-video", src: fileUrl(message.video.file_id), controls: true, preload: "metadata", "aria-label": words.video });
  if (message.sticker) return el("img", { class: "look-sticker", src: fileUrl(message.sticker.file_id), alt: `${words.sticker} ${message.sticker.emoji ?? ""}`.trim() });
  if (message.venue) return place(message.venue.location, message.venue.title, words);
  if (message.location) return place(message.location, "", words);
  if (message.contact) return contact(message.contact);
  if (message.document) return file(message.document, options);
  return null;
}

const TICK = "M3 12.5l5 5 10-11";

function meta(message, mine, { words, locale }) {
  const at = new Date(message.date * 1000);
  const time = at.toLocaleTimeString(locale ?? "id", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return el("span", { class: "look-meta" },
    mine && message.edit_date ? `${words.edited} ` : null, // Telegram does not say it of a bot
    el("time", { datetime: at.toISOString() }, time),
    mine ? el("span", { class: "look-ticks" }, drawing(TICK), drawing(TICK, "look-icon look-second")) : null);
}

const OUT = "M7 17L17 7M9 7h8v8";

function keyButton(button, options) {
  const { words, onButton } = options;
  const label = el("span", { class: "look-key-text" }, button.text);
  if (button.url) return link(button.url, [label, drawing(OUT, "look-icon look-out")], options, { class: "look-key", title: button.text });
  const made = el("button", { type: "button", class: "look-key", title: button.text }, label);
  if (onButton) made.addEventListener("click", () => onButton(button, made));
  made.setBusy = (busy) => {
    made.classList.toggle("is-busy", busy);
    if (busy) made.setAttribute("aria-description", words.busy);
    else made.removeAttribute("aria-description");
  };
  return made;
}

/** Render the inline keyboard of a message. */
export function renderKeyboard(rows, options = {}) {
  const all = { ...options, words: { ...ENGLISH, ...options.words } };
  return el("div", { class: "look-keyboard" },
    rows.map((row) => el("div", { class: "look-keys" }, row.map((button) => keyButton(button, all)))));
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** A line that tells who came into a group or was put out. */
function service(message, words) {
  const [text, members] = message.new_chat_members ? [words.added, message.new_chat_members] : [words.removed, [message.left_chat_member]];
  const line = filled(text, { name: message.from?.first_name, member: members.map((member) => member.first_name).join(", ") });
  return el("article", { class: "look-service", "data-id": message.message_id }, el("span", {}, line));
}

/**
 * Render a message. Options, all optional: words, locale, me (whose phone it is: a user's id), names (of those who write),
 * fileUrl(file_id), bot (its username), onButton(button, element), onStart(payload), onCommand(text), onPhoto(image).
 */
export function renderMessage(message, options = {}) {
  const all = { fileUrl: (id) => `/simulator/files/${encodeURIComponent(id)}`, ...options, words: { ...ENGLISH, ...options.words } };
  if (message.new_chat_members || message.left_chat_member) return service(message, all.words);
  const mine = options.me === undefined ? !message.from?.is_bot : message.from?.id === options.me;
  const shown = media(message, all);
  const text = message.text ?? message.caption ?? "";
  const entities = message.text === undefined ? message.caption_entities : message.entities;
  const quoted = message.reply_to_message;
  const origin = message.forward_origin?.sender_user?.first_name;
  const bubble = el("div", { class: "look-bubble" },
    options.names && !mine ? el("div", { class: "look-from" }, message.from?.first_name ?? "") : null,
    origin ? el("div", { class: "look-forwarded" }, filled(all.words.forwarded_from, { name: origin })) : null,
    quoted ? el("div", { class: "look-quote" }, (quoted.text ?? quoted.caption ?? all.words.document).slice(0, 120)) : null,
    shown,
    el("div", { class: "look-text", dir: "auto" }, renderText(text || (shown ? "" : all.words.unknown), entities ?? [], all), meta(message, mine, all)));
  const kind = ["photo", "video", "sticker", "location", "venue"].find((name) => message[name]);
  bubble.classList.toggle("has-picture", Boolean(kind) && kind !== "sticker");
  bubble.classList.toggle("is-bare", kind === "sticker");
  bubble.classList.toggle("no-text", !text && Boolean(shown));
  const rows = message.reply_markup?.inline_keyboard;
  return el("article", { class: `look-message ${mine ? "is-mine" : "is-theirs"}${rows?.length ? " has-keys" : ""}`, "data-id": message.message_id },
    bubble, rows?.length ? renderKeyboard(rows, all) : null);
}
