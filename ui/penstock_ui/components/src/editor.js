// A YAML editor. Python owns the text: it sends `data.text`, and is told what was typed by numbered events.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands"
import { yaml } from "@codemirror/lang-yaml"
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language"
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint"
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search"
import { Annotation, Compartment, EditorState, Prec } from "@codemirror/state"
import * as view from "@codemirror/view"

import { shelf } from "./shelf.js"
import { theme } from "./theme.js"
import { completions, meaningAt } from "./words.js"

const { EditorView } = view
const SILENCE_MS = 600
const SEVERITY = { error: "error", warning: "warning", note: "info" }
const fromPython = Annotation.define()
const editors = new WeakMap()

/** Make the editor at its first call for a place in the page, and bring it up to date at each. */
export function mountEditor(component) {
  const place = component.parentElement
  if (!editors.has(place)) editors.set(place, new Editor(place, component.data))
  const editor = editors.get(place)
  editor.send = component.setStateValue // kept, not triggered: a run that is cut short by the next loses no event
  editor.update(component.data)
  return () => {
    editors.delete(place)
    editor.destroy()
  }
}

class Editor {
  constructor(place, data) {
    this.data = data
    this.known = data.text // what Python has, as far as is known here
    this.sent = data.seen // the number of the last event
    this.focused = ""
    this.readOnly = new Compartment()
    this.frame = document.createElement("div")
    // Streamlit takes single letters for shortcuts; those typed here are ours.
    for (const kind of ["keydown", "keyup", "keypress"]) this.frame.addEventListener(kind, (e) => e.stopPropagation())
    place.append(this.frame)
    this.view = new EditorView({ parent: this.frame, root: place, doc: data.text, extensions: this.extensions() })
  }

  extensions() {
    const send = (reason) => () => {
      this.tell(reason)
      return true
    }
    const freeTab = (shown) => {
      shown.setTabFocusMode(2000)
      return false // Escape has more to do, such as to close a list
    }
    const keys = [
      { key: "Escape", run: freeTab },
      { key: "Mod-s", run: send("save"), preventDefault: true },
      { key: "Mod-Enter", run: send("run"), preventDefault: true },
    ]
    return [
      Prec.highest(view.keymap.of(keys)),
      view.lineNumbers(),
      foldGutter(),
      codeFolding(),
      lintGutter(),
      history(),
      view.drawSelection(),
      view.highlightActiveLine(),
      view.highlightActiveLineGutter(),
      highlightSelectionMatches(),
      bracketMatching(),
      closeBrackets(),
      indentOnInput(),
      indentUnit.of("  "),
      EditorState.tabSize.of(2),
      search({ top: true }),
      yaml(),
      autocompletion({ icons: false, override: [(context) => completions(context, this.words, this.data.names)] }),
      view.hoverTooltip((shown, pos) => this.hover(shown, pos)),
      view.keymap.of([
        ...[closeBracketsKeymap, completionKeymap, searchKeymap, historyKeymap, foldKeymap, lintKeymap].flat(),
        indentWithTab, // Escape, then Tab, leaves the editor
        ...defaultKeymap,
      ]),
      theme,
      EditorView.contentAttributes.of({ "aria-label": this.data.label }),
      this.readOnly.of([]),
      EditorView.updateListener.of((update) => this.changed(update)),
      EditorView.domEventHandlers({ blur: () => void this.tell("blur") }),
    ]
  }

  get words() {
    return shelf().words[this.data.words] ?? { root: "", kinds: {}, types: {} }
  }

  get text() {
    return this.view.state.doc.toString()
  }

  changed(update) {
    if (!update.docChanged || update.transactions.some((made) => made.annotation(fromPython))) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.tell("pause"), SILENCE_MS)
  }

  /** Tell Python the text. What it knows already is told only where somebody asked for it. */
  tell(reason) {
    clearTimeout(this.timer)
    const text = this.text
    const news = text !== this.known
    if (this.data.read_only || (!news && reason !== "save" && reason !== "run")) return
    this.known = text
    this.sent += 1
    const head = this.view.state.selection.main.head
    const line = this.view.state.doc.lineAt(head)
    this.send("event", { number: this.sent, text, reason, line: line.number, col: head - line.from + 1 })
  }

  update(data) {
    this.data = data
    this.frame.style.height = `${data.height}px`
    this.take(data)
    const readOnly = data.read_only ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : []
    this.view.dispatch({ effects: this.readOnly.reconfigure(readOnly) })
    this.view.dispatch(setDiagnostics(this.view.state, data.marks.map((mark) => this.diagnostic(mark))))
    this.goTo(data.focus)
  }

  /** Take Python's text, unless it is older than what was told, or just that: then more may be typed by now. */
  take({ text, seen }) {
    if (seen < this.sent || text === this.known) return
    this.known = text
    clearTimeout(this.timer)
    const old = this.text
    const shortest = Math.min(old.length, text.length)
    let start = 0
    while (start < shortest && old[start] === text[start]) start++
    let end = 0
    while (end < shortest - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++
    this.view.dispatch({
      changes: { from: start, to: old.length - end, insert: text.slice(start, text.length - end) },
      annotations: fromPython.of(true),
    })
  }

  /** The offset of a 1-based place, moved to where the text has one. */
  offset(line, col) {
    const doc = this.view.state.doc
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines))
    return Math.min(found.from + Math.max(col - 1, 0), found.to)
  }

  diagnostic(mark) {
    const from = this.offset(mark.line, mark.col)
    const rest = this.view.state.doc.lineAt(from)
    const word = /^[\w$.-]+|^"[^"]*"|^'[^']*'|^\S+/.exec(this.view.state.sliceDoc(from, rest.to))
    return {
      from,
      to: from + (word ? word[0].length : 0),
      severity: SEVERITY[mark.severity],
      message: mark.message,
      renderMessage: () => told(`${mark.message}${mark.rule ? ` [${mark.rule}]` : ""}`, mark.hint),
    }
  }

  goTo(focus) {
    const token = focus ? JSON.stringify(focus) : ""
    if (token === this.focused) return
    this.focused = token
    if (!focus) return
    const at = this.offset(focus.line, focus.col)
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) })
    this.view.focus()
  }

  hover(shown, pos) {
    const found = meaningAt(shown.state, pos, this.words)
    if (!found) return null
    const create = () => ({ dom: told(found.title, found.doc, "penstock-doc") })
    return { pos: found.from, end: found.to, above: true, create }
  }

  destroy() {
    clearTimeout(this.timer)
    this.view.destroy()
    this.frame.remove()
  }
}

function told(title, more, style = "") {
  const box = document.createElement("div")
  box.className = style
  const head = document.createElement(style ? "code" : "span")
  head.textContent = title
  box.append(head)
  if (more) {
    const hint = document.createElement("div")
    hint.className = "penstock-hint"
    hint.textContent = more
    box.append(hint)
  }
  return box
}
