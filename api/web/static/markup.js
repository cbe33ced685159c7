// An article's body, read into the editor's document and written from it: Telegram's subset, parts, references.
// core/markup.py and content/bodies.py say what a body is. What would not come out byte for byte is not opened at all.

const TAGS = { bold: "b", italic: "i", underline: "u", strike: "s", spoiler: "tg-spoiler", code: "code", pre: "pre", blockquote: "blockquote", link: "a" };
const FORMATS = Object.fromEntries(Object.entries(TAGS).map(([format, tag]) => [tag, format]));
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"' };
const PART = /(^|\n+)[ \t]*<!-- part -->[ \t]*(?:\n+|$)/g;
const TOKEN = /\{\{(fact|contact|media):([a-z0-9-]{1,40})\}\}|<(\/?)([a-z-]+)(?: href="([^"<>]*)")?>|&(lt|gt|amp|quot);|[^<&{]+|[{&]/gy;
const angle = (text) => text.replaceAll("<", "&lt;");
const STYLES = { // which signs are written as &…; the first style that gives a body back is kept for it
  needed: (text) => angle(text.replace(/&(?=[A-Za-z#])/g, "&amp;")),
  least: (text) => angle(text.replace(/&(?=(?:lt|gt|amp|quot);)/g, "&amp;")),
  all: (text) => angle(text.replaceAll("&", "&amp;")).replaceAll(">", "&gt;"),
};
export const PART_OPENING = "\n<!-- part -->\n";

/** Read a body as the JSON of a document; throw where it is not in the subset. */
export function read(body) {
  const parts = [];
  let from = 0, opening = "";
  for (const found of body.matchAll(PART)) {
    parts.push(part(body.slice(from, found.index), opening));
    [opening, from] = [found[0], found.index + found[0].length];
  }
  return { type: "doc", content: [...parts, part(body.slice(from), opening)] };
}

function part(text, opening) {
  return { type: "part", attrs: { opening }, content: inline(text) };
}

function inline(text) {
  const found = [], marks = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) throw new Error(`not in the subset at ${at}`);
    at = TOKEN.lastIndex;
    const [all, kind, slug, closes, tag, href, entity] = token;
    if (kind) found.push({ type: "reference", attrs: { kind, slug }, marks: [...marks] });
    else if (tag) turn(marks, tag, closes, href);
    else found.push({ type: "text", text: entity ? ENTITIES[entity] : all, marks: [...marks] });
  }
  if (marks.length) throw new Error("never closed");
  return found;
}

function turn(marks, tag, closes, href) {
  const type = FORMATS[tag];
  if (!type || (type === "link") !== (href !== undefined) && !closes) throw new Error(`<${tag}>`);
  if (!closes) marks.push(type === "link" ? { type, attrs: { href: unescaped(href) } } : { type });
  else if (marks.pop()?.type !== type) throw new Error(`</${tag}>`);
}

function unescaped(text) {
  return text.replace(/&(lt|gt|amp|quot);/g, (_, name) => ENTITIES[name]);
}

/** Write a document, or a piece of one, as a body in one of the styles. */
export function write(doc, style = "needed") {
  if (doc.firstChild?.isInline) return written(doc, STYLES[style]);
  const parts = [];
  doc.forEach((node, _, index) => parts.push((index ? node.attrs.opening || PART_OPENING : "") + written(node, STYLES[style])));
  return parts.join("");
}

function written(node, escape) {
  const open = [];
  let out = "";
  const close = (keep) => { while (open.length > keep) out += `</${TAGS[open.pop().type.name]}>`; };
  node.forEach((child, _, index) => {
    let keep = 0;
    while (keep < open.length && open[keep].isInSet(child.marks)) keep += 1;
    close(keep);
    const reach = new Map(child.marks.map((mark) => [mark, reachOf(node, index, mark)]));
    const opened = child.marks.filter((mark) => !mark.isInSet(open)).sort((one, other) => reach.get(other) - reach.get(one));
    for (const mark of opened) { open.push(mark); out += tagOf(mark, escape); }
    out += child.isText ? escape(child.text) : `{{${child.attrs.kind}:${child.attrs.slug}}}`;
  });
  close(0);
  return out;
}

/** Tell over how many neighbours a format goes on: the longer one is written outside. */
function reachOf(node, from, mark) {
  let index = from;
  while (index < node.childCount && mark.isInSet(node.child(index).marks)) index += 1;
  return index;
}

function tagOf(mark, escape) {
  return mark.type.name === "link" ? `<a href="${escape(mark.attrs.href).replaceAll('"', "&quot;")}">` : `<${TAGS[mark.type.name]}>`;
}

/** Return the document of a body and the style that writes it byte for byte, or null where none does. */
export function opened(body, schema) {
  try {
    const doc = schema.nodeFromJSON(read(body));
    doc.check();
    const style = Object.keys(STYLES).find((name) => write(doc, name) === body);
    return style ? { doc, style } : null;
  } catch {
    return null;
  }
}
