// What the desk's editor takes of Tiptap and ProseMirror. How a text is written with it: ../../static/editor.js.
export { Editor, Extension, getSchema, InputRule, Mark, Node } from "@tiptap/core";
export { history, redo, undo } from "@tiptap/pm/history";
export { Slice } from "@tiptap/pm/model";
export { TextSelection } from "@tiptap/pm/state";
