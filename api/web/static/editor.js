// The formatted editor of an article's text. The textarea stays the truth: what is changed here is written into it.
import { Editor, Slice, TextSelection } from "./vendor/tiptap.bundle.min.js";
import { extensions, schemaAlone } from "./formats.js";
import { opened, read, write } from "./markup.js";
import { ofPage, ofText } from "./paste.js";

const MODE = "bekal-editor";
const SEARCH_AFTER_MS = 250;
const FOUND_MOST = 20;

const field = document.getElementById("body");
const place = document.querySelector("[data-formatted]");
if (field && place && !field.readOnly) begin();

function begin() {
  const words = JSON.parse(document.getElementById("editor-words").textContent);
  const values = JSON.parse(place.dataset.values);
  const toolbar = document.querySelector("[data-toolbar]"), modes = document.querySelector("[data-modes]");
  const label = document.querySelector(`label[for="${field.id}"]`), said = document.querySelector("[data-mode-said]");
  let style = "needed";

  const editor = new Editor({
    element: place,
    extensions: extensions(words, values),
    injectCSS: false,
    enablePasteRules: false,
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id, "aria-describedby": "formatted-hint", lang: field.lang },
      // Before ProseMirror reads it: that would hand a page's styles to the browser, which refuses them aloud.
      handleDOMEvents: { paste: (view, event) => takeOver(view, event, event.clipboardData), drop: dropped },
      clipboardTextSerializer: (slice) => write(slice.content),
    },
    onUpdate: () => {
      field.value = write(editor.state.doc, style);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: showFormats,
  });
  place.addEventListener("input", (event) => event.stopPropagation()); // the textarea tells of each change, once

  /** Show the text in one of two ways; formatted only where it would be written back byte for byte. */
  function show(mode) {
    const found = mode === "formatted" ? opened(field.value, editor.schema) : null;
    said.textContent = mode === "formatted" && !found ? words.stays : "";
    if (found) {
      style = found.style;
      // It is no step that could be undone: before it there was no text.
      editor.chain().setMeta("addToHistory", false).setContent(found.doc.toJSON(), { emitUpdate: false }).run();
    }
    for (const element of [place, toolbar, document.getElementById("formatted-hint")]) element.hidden = !found;
    for (const element of [field, document.getElementById("body-hint")]) element.hidden = Boolean(found);
    label.htmlFor = found ? "" : field.id;
    for (const button of modes.querySelectorAll("button")) button.setAttribute("aria-pressed", String((button.dataset.mode === "formatted") === Boolean(found)));
  }

  function showFormats() {
    for (const button of toolbar.querySelectorAll("[data-format]")) {
      button.setAttribute("aria-pressed", String(editor.isActive(button.dataset.format)));
    }
  }

  const doing = steps(editor, words, values);
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) (doing[button.dataset.do] ?? (() => editor.chain().focus().toggleMark(button.dataset.format).run()))();
  });
  place.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") toolbar.querySelector('button[tabindex="0"]').focus();
    if ((event.ctrlKey || event.metaKey) && event.key === "k") { event.preventDefault(); doing.link(); }
  });
  label.addEventListener("click", () => { if (!place.hidden) editor.commands.focus(); });
  modes.addEventListener("click", (event) => {
    const { mode } = event.target.closest("button")?.dataset ?? {};
    if (!mode) return;
    localStorage.setItem(MODE, mode);
    show(mode);
  });
  roving(toolbar, () => editor.commands.focus());
  modes.hidden = false;
  show(localStorage.getItem(MODE) ?? "formatted");
}

/** Return what the buttons do that turn no format on and off. */
function steps(editor, words, values) {
  return {
    part: () => editor.chain().focus().splitPart().run(),
    link: () => askLink(editor),
    fact: () => askReference(editor, "fact", words, values),
    contact: () => askReference(editor, "contact", words, values),
    media: () => askReference(editor, "media", words, values),
  };
}

function takeOver(view, event, clipboard) {
  const html = clipboard?.getData("text/html"), text = clipboard?.getData("text/plain") ?? "";
  if (!html && !text) return false;
  event.preventDefault();
  view.dispatch(view.state.tr.replaceSelection(new Slice(pasted(view.state.schema, html, text).content, 1, 1)).scrollIntoView());
  return true;
}

/** Return what is pasted as a document; what cannot be read is a text without formats. */
function pasted(schema, html, text) {
  try {
    return schema.nodeFromJSON(read(html ? ofPage(html) : ofText(text)));
  } catch {
    return schema.node("doc", null, [schema.node("part", null, text ? [schema.text(text)] : [])]);
  }
}

/** Take over what is dropped from elsewhere, where it is dropped. */
function dropped(view, event) {
  if (view.dragging) return false;
  const found = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (found) view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(found.pos))));
  return takeOver(view, event, event.dataTransfer);
}

/** Let the arrows go through a toolbar that Tab enters once; Escape leads back to the text. */
function roving(toolbar, leave) {
  const buttons = [...toolbar.querySelectorAll("button")];
  const go = (index) => {
    for (const button of buttons) button.tabIndex = -1;
    const next = buttons.at(index % buttons.length);
    next.tabIndex = 0;
    return next;
  };
  go(0);
  toolbar.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") leave();
    if (to === undefined) return;
    event.preventDefault();
    go(to).focus();
  });
  toolbar.addEventListener("focusin", (event) => { go(buttons.indexOf(event.target)); });
}

/** Ask for the address that the chosen words lead to; an empty one takes the link away. */
function askLink(editor) {
  const dialog = document.getElementById("link-dialog"), address = dialog.querySelector("input");
  address.value = editor.getAttributes("link").href ?? "";
  dialog.onclose = () => {
    const href = address.value.trim();
    const chain = editor.chain().focus().extendMarkRange("link");
    if (dialog.returnValue !== "set") return editor.commands.focus();
    if (!href) return chain.unsetMark("link").run();
    if (editor.state.selection.empty && !editor.isActive("link")) return chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
    return chain.setMark("link", { href }).run();
  };
  dialog.returnValue = "";
  dialog.showModal();
}

const SIGNS = { picture: "🖼️", voice: "🔊" };
const LISTS = { // where each kind of reference is found, what a text calls it by, its title, and what stands below that
  fact: { address: "/v1/facts", only: "live", of: ({ slug, title }) => [slug, title, slug] },
  contact: { address: "/v1/contacts", only: "live", of: ({ slug, title }) => [slug, title, slug] },
  media: { address: "/v1/media", only: "", of: ({ key, alt, kind }) => [key, alt, SIGNS[kind] ?? kind] },
};

/** Let a fact, a contact or a picture be found and put it where the cursor is. */
function askReference(editor, kind, words, values) {
  const dialog = document.getElementById("reference-dialog");
  const search = dialog.querySelector("input"), list = dialog.querySelector("ul");
  dialog.querySelector("h2").textContent = words[kind];
  let waiting = 0, asked = 0;

  async function find() {
    const mine = asked += 1;
    const query = new URLSearchParams({ search: search.value, only: LISTS[kind].only, limit: FOUND_MOST });
    const answer = await fetch(`${LISTS[kind].address}?${query}`, { headers: { accept: "application/json" } }).catch(() => null);
    const { items } = answer?.ok ? await answer.json() : { items: [] };
    if (mine === asked) list.replaceChildren(...(items.length ? items.map(choice) : [nothing()]));
  }
  function choice(item) {
    const [slug, title, below] = LISTS[kind].of(item);
    const row = document.createElement("li"), button = document.createElement("button"), name = document.createElement("small");
    [button.type, button.className, button.textContent, name.textContent] = ["button", "btn", title, below];
    button.append(" ", name);
    button.addEventListener("click", () => {
      values[`${kind}:${slug}`] = title;
      dialog.close();
      editor.chain().focus().insertContent({ type: "reference", attrs: { kind, slug } }).run();
    });
    row.append(button);
    return row;
  }
  function nothing() {
    const row = document.createElement("li");
    row.textContent = words.nothing;
    return row;
  }
  search.value = "";
  search.oninput = () => { clearTimeout(waiting); waiting = setTimeout(find, SEARCH_AFTER_MS); };
  search.onkeydown = async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(waiting);
    await find();
    list.querySelector("button")?.click();
  };
  dialog.onclose = () => editor.commands.focus();
  list.replaceChildren();
  dialog.showModal();
  find();
}

/** Tell what would become of a body that is opened and written again: for looking at many at once. */
export function rewritten(body) {
  const found = opened(body, schemaAlone());
  return found ? write(found.doc, found.style) : null;
}
