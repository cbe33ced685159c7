// What comes from elsewhere becomes Telegram's subset: bold stays bold, and a page's colours, tables and scripts go.

const TAGS = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s", MARK: "tg-spoiler", "TG-SPOILER": "tg-spoiler", CODE: "code", KBD: "code", PRE: "pre", SAMP: "pre", Q: "blockquote", BLOCKQUOTE: "blockquote", H1: "b", H2: "b", H3: "b", H4: "b", H5: "b", H6: "b" };
const NOTHING = new Set(["SCRIPT", "STYLE", "TEMPLATE", "HEAD", "TITLE", "IFRAME", "OBJECT", "SVG", "NOSCRIPT"]);
const PARAGRAPHS = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "TABLE", "PRE", "BLOCKQUOTE"]);
const LINES = new Set(["DIV", "LI", "TR", "SECTION", "ARTICLE", "HEADER", "FOOTER", "DT", "DD"]);
const REFERENCE = /^(fact|contact|media):[a-z0-9-]{1,40}$/;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Return plain text as markup: references and parts that stand in it are what they are in a body. */
export function ofText(text) {
  return escaped(text.replaceAll("\r\n", "\n").replaceAll("\r", "\n")).replace(/^[ \t]*&lt;!-- part --&gt;[ \t]*$/gm, "<!-- part -->");
}

/** Return a page's HTML as markup. */
export function ofPage(html) {
  const page = new DOMParser().parseFromString(quiet(html), "text/html");
  const markup = content(page.body, { within: new Set(), keeps: false });
  if (page.querySelector("[data-part]")) return markup; // from this editor: each space counts
  return markup.replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "");
}

/** Take styles and handlers out of tags: the browser refuses them, but aloud. What is kept is decided below. */
function quiet(html) {
  const unwanted = /\s(?:style|on\w+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/gi;
  return html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(unwanted, ""));
}

function content(element, around) {
  return [...element.childNodes].map((node) => markup(node, around)).join("");
}

function markup(node, around) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(around.keeps ? node.data : node.data.replace(/\s+/g, " "));
  if (node.nodeType !== Node.ELEMENT_NODE || NOTHING.has(node.tagName)) return "";
  if (node.tagName === "BR") return "\n";
  if (REFERENCE.test(node.dataset?.reference ?? "")) return `{{${node.dataset.reference}}}`;
  const isPart = node.hasAttribute("data-part");
  const inside = formatted(node, { ...around, keeps: around.keeps || isPart || node.tagName === "PRE" });
  if (isPart) return node.previousElementSibling?.hasAttribute("data-part") ? `\n<!-- part -->\n${inside}` : inside;
  if (PARAGRAPHS.has(node.tagName)) return `\n\n${inside}\n\n`;
  return LINES.has(node.tagName) ? `\n${numbered(node)}${inside}\n` : inside;
}

function numbered(node) {
  if (node.tagName !== "LI") return "";
  const isOrdered = node.parentElement?.tagName === "OL";
  return isOrdered ? `${[...node.parentElement.children].indexOf(node) + 1}. ` : "- ";
}

function formatted(node, around) {
  const tag = node.tagName === "A" ? "a" : TAGS[node.tagName];
  const { within } = around;
  const href = node.getAttribute("href") ?? "";
  const isUnfit = !tag || within.has(tag) || within.has("code") || within.has("pre") || (tag === "a" && !/^https?:\/\/[^\s"<>]+$/.test(href));
  if (isUnfit) return content(node, around);
  const inside = content(node, { ...around, within: new Set([...within, tag]) });
  const edges = inside.match(/^(\s*)([\s\S]*?)(\s*)$/);
  if (!edges[2]) return inside;
  return `${edges[1]}<${tag}${tag === "a" ? ` href="${escaped(href)}"` : ""}>${edges[2]}</${tag}>${edges[3]}`;
}
