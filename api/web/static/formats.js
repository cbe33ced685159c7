// What the formatted editor knows: Telegram's formats, parts of an article, and references that nobody types apart.
import { Extension, getSchema, history, InputRule, Mark, Node, redo, undo } from "./vendor/tiptap.bundle.min.js";
import { PART_OPENING } from "./markup.js";

const ALONE = "_"; // what holds only text
const FORMATS = [
  { name: "link", shows: "a", excludes: "link" },
  { name: "blockquote", shows: "q", excludes: "blockquote", key: "Mod-Shift-b" },
  { name: "bold", shows: "b", excludes: "bold", key: "Mod-b" },
  { name: "italic", shows: "i", excludes: "italic", key: "Mod-i" },
  { name: "underline", shows: "u", excludes: "underline", key: "Mod-u" },
  { name: "strike", shows: "s", excludes: "strike", key: "Mod-Shift-x" },
  { name: "spoiler", shows: "mark", excludes: "spoiler" },
  { name: "code", shows: "code", excludes: ALONE, key: "Mod-e" },
  { name: "pre", shows: "samp", excludes: ALONE },
];

const marks = FORMATS.map(({ name, shows, excludes, key }) => Mark.create({
  name,
  excludes,
  inclusive: name !== "link",
  addAttributes: () => (name === "link" ? { href: { default: "" } } : {}),
  parseHTML: () => [{ tag: shows }],
  renderHTML: ({ mark }) => [shows, name === "link" ? { href: mark.attrs.href, title: mark.attrs.href, rel: "noreferrer" } : {}, 0],
  addKeyboardShortcuts() { return key ? { [key]: () => this.editor.commands.toggleMark(name) } : {}; },
}));

const Doc = Node.create({ name: "doc", topNode: true, content: "part+" });
const Text = Node.create({ name: "text", group: "inline" });

/** A part is one message on the phone. Lines end with a real newline, as in the text that is sent. */
const Part = Node.create({
  name: "part",
  content: "inline*",
  whitespace: "pre",
  addAttributes: () => ({ opening: { default: PART_OPENING, rendered: false } }),
  parseHTML: () => [{ tag: "div[data-part]", preserveWhitespace: "full" }],
  renderHTML: () => ["div", { "data-part": "" }, 0],
  addKeyboardShortcuts() {
    return {
      Enter: () => this.editor.commands.command(({ tr }) => Boolean(tr.insertText("\n").scrollIntoView())),
      "Shift-Enter": () => this.editor.commands.command(({ tr }) => Boolean(tr.insertText("\n").scrollIntoView())),
      "Mod-Enter": () => this.editor.commands.splitPart(),
      "Mod-z": () => undo(this.editor.state, this.editor.view.dispatch),
      "Mod-y": () => redo(this.editor.state, this.editor.view.dispatch),
      "Mod-Shift-z": () => redo(this.editor.state, this.editor.view.dispatch),
    };
  },
  addCommands() {
    return {
      splitPart: () => ({ tr, state, dispatch }) => {
        const attrs = { opening: PART_OPENING };
        if (dispatch) tr.deleteSelection().split(tr.selection.from, 1, [{ type: state.schema.nodes.part, attrs }]).scrollIntoView();
        return true;
      },
    };
  },
  addProseMirrorPlugins: () => [history()],
});

/** A fact, a contact or a picture that the text shows: one sign, in whole or not at all. */
function reference(labels, values) {
  return Node.create({
    name: "reference",
    group: "inline",
    inline: true,
    atom: true,
    marks: ALONE,
    addAttributes: () => ({ kind: { default: "fact" }, slug: { default: "" } }),
    parseHTML: () => [],
    renderHTML: ({ node: { attrs: { kind, slug } } }) => [
      "span", { "data-reference": `${kind}:${slug}`, title: `${labels[kind]}: ${slug}` }, values[`${kind}:${slug}`] || slug,
    ],
    addInputRules() {
      return [new InputRule({
        find: /\{\{(fact|contact|media):([a-z0-9-]{1,40})\}\}$/,
        undoable: false, // Backspace takes the sign away, and does not take it apart
        handler: ({ range, match, chain }) => {
          chain().insertContentAt(range, { type: "reference", attrs: { kind: match[1], slug: match[2] } }).run();
        },
      })];
    },
  });
}

/** Return all that the editor is made of. `labels` names the kinds of references, `values` is what readers see. */
export function extensions(labels, values) {
  return [Doc, Text, Part, reference(labels, values), ...marks];
}

/** Return the schema alone, to look whether a body can be opened. */
export const schemaAlone = () => getSchema(extensions({}, {}));
