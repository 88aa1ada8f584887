// The editor's looks, from Streamlit's CSS variables: light and dark follow the app.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language"
import { EditorView } from "@codemirror/view"
import { tags } from "@lezer/highlight"

const BORDER = "1px solid var(--st-border-color)"

const looks = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--st-text-color)",
    backgroundColor: "var(--st-background-color)",
    fontSize: "0.8125rem",
    border: BORDER,
    borderRadius: "var(--st-base-radius)",
  },
  "&.cm-focused": { outline: "none", borderColor: "var(--st-primary-color)" },
  ".cm-scroller": { fontFamily: "var(--st-code-font, monospace)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--st-text-color)" },
  ".cm-cursor": { borderLeftColor: "var(--st-text-color)" },
  ".cm-gutters": {
    color: "var(--st-gray-text-color, inherit)",
    backgroundColor: "var(--st-secondary-background-color)",
    borderRight: BORDER,
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--st-text-color) 5%, transparent)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--st-primary-color) 25%, transparent)",
  },
  ".cm-selectionMatch, .cm-searchMatch": {
    backgroundColor: "color-mix(in srgb, var(--st-primary-color) 18%, transparent)",
  },
  ".cm-matchingBracket": { outline: "1px solid var(--st-primary-color)", backgroundColor: "transparent" },
  ".cm-foldPlaceholder": { color: "inherit", background: "var(--st-secondary-background-color)", border: BORDER },
  ".cm-tooltip, .cm-panels": {
    color: "var(--st-text-color)",
    backgroundColor: "var(--st-secondary-background-color)",
    border: BORDER,
    fontFamily: "var(--st-font, sans-serif)",
  },
  ".cm-tooltip": { maxWidth: "32rem", zIndex: "1000" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--st-code-font, monospace)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "#fff", background: "var(--st-primary-color)" },
  ".cm-completionInfo": { padding: "0.4rem 0.6rem" },
  ".cm-textfield": { color: "inherit", background: "var(--st-background-color)", border: BORDER },
  ".cm-button": { color: "inherit", background: "var(--st-background-color)", border: BORDER },
  ".penstock-doc": { padding: "0.4rem 0.6rem" },
  ".penstock-doc code": { fontFamily: "var(--st-code-font, monospace)" },
  ".penstock-hint": { opacity: "0.8", marginTop: "0.2rem" },
})

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--st-blue-text-color)" },
  { tag: [tags.string, tags.attributeValue], color: "var(--st-green-text-color)" },
  { tag: tags.comment, color: "var(--st-gray-text-color)", fontStyle: "italic" },
  { tag: [tags.labelName, tags.typeName, tags.keyword], color: "var(--st-violet-text-color)" },
  { tag: [tags.meta, tags.separator, tags.punctuation], color: "var(--st-gray-text-color)" },
])

export const theme = [looks, syntaxHighlighting(colours)]
