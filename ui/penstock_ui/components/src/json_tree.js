// A tree of a JSON value (WAI-ARIA tree view pattern). Python sends the value as JSON text, and is told by numbered
// events which action was chosen at a node, and the node's path.

import { LOOKS } from "./json_tree_looks.js"

const FIRST = 100 // children shown before "show more", and at each "show more"
const FEW = 25 // keys of an object whose objects open with it
const DEEP = 6 // levels that open by themselves, at most
const LONGEST = 120 // characters of a text shown
const MOST_FOUND = 200
const MASKED = "****"
const trees = new WeakMap()
// What is open in the tree of a name, and where it is scrolled to: it may go from the page and come back.
const known = (globalThis.penstockTrees ??= {})

export default function (component) {
  const place = component.parentElement
  if (!trees.has(place)) trees.set(place, new Tree(place, component.data))
  const tree = trees.get(place)
  tree.send = component.setStateValue
  tree.update(component.data)
  return () => {
    trees.delete(place)
    tree.frame.remove()
  }
}

/** A number as it was written: JavaScript would round the big ones. */
class Written {
  constructor(source) {
    this.source = source
  }
}

function parse(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" ? new Written(context?.source ?? String(value)) : value,
  )
}

const isBranch = (value) => value !== null && typeof value === "object" && !(value instanceof Written)
const entriesOf = (value) => (Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value))
const idOf = (path) => JSON.stringify(path)

function element(tag, className, text = "") {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

class Tree {
  constructor(place, { seen, name }) {
    this.sent = seen // the number of the last event
    this.kept = known[name] ??= { json: "", open: new Set([idOf([])]), shown: new Map(), scrolled: 0 }
    this.open = this.kept.open
    this.shown = this.kept.shown // how many children, by id
    this.chosen = idOf([]) // the node that Tab comes to
    this.acting = "" // the node that shows its actions
    this.json = ""
    this.frame = element("div", "tree-frame")
    const looks = document.createElement("style")
    looks.textContent = LOOKS
    this.search = element("input", "search")
    Object.assign(this.search, { type: "search", placeholder: "Search keys and values" })
    this.search.setAttribute("aria-label", "Search keys and values")
    this.search.addEventListener("input", () => this.draw())
    this.list = element("div", "list")
    this.list.setAttribute("role", "tree")
    this.list.addEventListener("keydown", (event) => this.pressed(event))
    this.list.addEventListener("click", (event) => this.clicked(event))
    this.list.addEventListener("scroll", () => (this.kept.scrolled = this.list.scrollTop))
    // Streamlit takes single letters for shortcuts; those typed here are ours.
    for (const kind of ["keydown", "keyup", "keypress"]) this.frame.addEventListener(kind, (e) => e.stopPropagation())
    this.frame.append(looks, this.search, this.list)
    place.append(this.frame)
  }

  update(data) {
    this.data = data
    this.marks = new Map(data.marks.map(([path, label]) => [idOf(path), label]))
    this.masked = new Set(data.masked.map(idOf))
    this.list.setAttribute("aria-label", data.label)
    this.list.style.maxHeight = `${data.height}px`
    if (data.json !== this.json) {
      this.json = data.json
      this.value = parse(data.json)
      if (this.chosen !== idOf([]) && this.at(JSON.parse(this.chosen)) === undefined) this.chosen = idOf([])
      if (isBranch(this.value) && data.json !== this.kept.json) this.unfold([], this.value)
      this.kept.json = data.json
    }
    this.draw()
  }

  /** Open a node; of an object also the objects inside, of a list its first item. */
  unfold(path, value) {
    this.open.add(idOf(path))
    const inside = Array.isArray(value) ? entriesOf(value).slice(0, 1) : entriesOf(value)
    if (inside.length > FEW || path.length > DEEP) return
    for (const [key, child] of inside) {
      if (isBranch(child) && !Array.isArray(child)) this.unfold([...path, key], child)
    }
  }

  at(path) {
    return path.reduce((value, part) => (isBranch(value) ? value[part] : undefined), this.value)
  }

  draw() {
    const focused = this.list.contains(this.list.getRootNode().activeElement)
    const rows = []
    const wanted = this.search.value.trim().toLowerCase()
    if (wanted) this.addFound(rows, wanted)
    else this.addRows(rows, [], this.value, "")
    const scrolled = this.kept.scrolled
    this.list.replaceChildren(...rows)
    this.list.scrollTop = scrolled
    if (wanted && !rows.length) this.list.append(element("div", "note", "Nothing found"))
    const items = this.items()
    const current = items.find((item) => item.dataset.id === this.chosen) ?? items[0]
    if (current) {
      this.chosen = current.dataset.id
      current.tabIndex = 0
      if (focused) current.focus()
    }
  }

  items() {
    return [...this.list.querySelectorAll('[role="treeitem"]')]
  }

  addRows(rows, path, value, name) {
    const id = idOf(path)
    rows.push(this.row(path, value, name))
    if (this.acting === id) rows.push(this.actions(path, value))
    if (!isBranch(value) || !this.open.has(id)) return
    const entries = entriesOf(value)
    const count = this.shown.get(id) ?? FIRST
    for (const [key, child] of entries.slice(0, count)) this.addRows(rows, [...path, key], child, String(key))
    if (entries.length > count) {
      const more = element("button", "more", `Show more (${entries.length - count} left)`)
      more.dataset.more = id
      more.style.marginLeft = `${path.length + 2}rem`
      rows.push(more)
    }
  }

  /** Nodes whose key or value holds the text, each by its whole path. */
  addFound(rows, wanted) {
    const visit = (path, value) => {
      if (rows.length >= MOST_FOUND) return
      const key = String(path.at(-1) ?? "").toLowerCase()
      const text = isBranch(value) ? "" : plainText(value).toLowerCase()
      if (path.length && (key.includes(wanted) || text.includes(wanted))) {
        rows.push(this.row(path, value, path.join("."), 1))
        if (this.acting === idOf(path)) rows.push(this.actions(path, value))
      }
      if (isBranch(value)) for (const [part, child] of entriesOf(value)) visit([...path, part], child)
    }
    visit([], this.value)
  }

  row(path, value, name, level = path.length + 1) {
    const id = idOf(path)
    const row = element("div", "row")
    row.setAttribute("role", "treeitem")
    row.setAttribute("aria-level", level)
    row.dataset.id = id
    row.tabIndex = -1
    row.style.paddingLeft = `${level - 1}rem`
    const branch = isBranch(value)
    const fold = element("span", "fold", branch ? (this.open.has(id) ? "▾" : "▸") : "")
    fold.setAttribute("aria-hidden", "true")
    row.append(fold)
    if (branch) row.setAttribute("aria-expanded", this.open.has(id))
    if (name) row.append(element("span", "key", name), element("span", "colon", ": "))
    row.append(element("span", `value ${kindOf(value)}`, shownText(value)))
    if (this.masked.has(id) || (typeof value === "string" && value.includes(MASKED))) {
      const lock = element("span", "lock", "🔒")
      Object.assign(lock, { title: "masked" })
      lock.setAttribute("aria-label", "masked")
      row.append(lock)
    }
    if (this.marks.has(id)) row.append(element("span", "mark", this.marks.get(id)))
    row.setAttribute("aria-selected", this.acting === id)
    return row
  }

  actions(path, value) {
    const box = element("div", "actions")
    box.setAttribute("role", "group")
    box.setAttribute("aria-label", "Actions")
    box.style.marginLeft = `${path.length + 1}rem`
    for (const action of this.actionsAt(path, value)) {
      const button = element("button", "action", action.label)
      button.dataset.action = action.name
      box.append(button)
    }
    box.append(element("code", "path", path.join(".") || "(the whole answer)"))
    return box
  }

  actionsAt(path, value) {
    const inRecord = typeof path.at(-1) === "string" && path.slice(0, -1).some((part) => typeof part === "number")
    const fits = { any: true, list: Array.isArray(value), field: inRecord || (path.length === 1 && !isBranch(value)) }
    return this.data.actions.filter((action) => fits[action.on])
  }

  clicked(event) {
    const target = event.target
    if (target.dataset.more) {
      const id = target.dataset.more
      this.shown.set(id, (this.shown.get(id) ?? FIRST) + FIRST)
      this.draw()
    } else if (target.dataset.action) {
      this.sent += 1
      this.send("event", { number: this.sent, action: target.dataset.action, path: JSON.parse(this.acting) })
      this.act("")
    } else {
      const row = target.closest(".row")
      if (!row) return
      this.chosen = row.dataset.id
      if (target.classList.contains("fold")) this.fold(row.dataset.id)
      else this.act(this.acting === row.dataset.id ? "" : row.dataset.id)
      this.focusChosen()
    }
  }

  act(id) {
    this.acting = id
    this.draw()
  }

  fold(id, open = !this.open.has(id)) {
    if (!isBranch(this.at(JSON.parse(id)))) return
    if (open) this.unfold(JSON.parse(id), this.at(JSON.parse(id)))
    else this.open.delete(id)
    this.draw()
  }

  focusChosen() {
    this.items().find((item) => item.dataset.id === this.chosen)?.focus()
  }

  pressed(event) {
    if (event.target.dataset.action || event.target.dataset.more) return this.pressedOnButton(event)
    const items = this.items()
    const index = items.findIndex((item) => item.dataset.id === this.chosen)
    const id = this.chosen
    const path = JSON.parse(id)
    const foldable = isBranch(this.at(path)) && !this.search.value
    const goTo = (item) => item && (this.chosen = item.dataset.id)
    const keys = {
      ArrowDown: () => goTo(items[index + 1]),
      ArrowUp: () => goTo(items[index - 1]),
      Home: () => goTo(items[0]),
      End: () => goTo(items.at(-1)),
      ArrowRight: () => foldable && (this.open.has(id) ? goTo(items[index + 1]) : this.fold(id, true)),
      ArrowLeft: () => {
        if (foldable && this.open.has(id)) this.fold(id, false)
        else if (path.length) goTo(items.find((item) => item.dataset.id === idOf(path.slice(0, -1))))
      },
      Enter: () => this.act(id),
      " ": () => this.act(id),
      Escape: () => this.act(""),
    }
    if (!keys[event.key]) return
    event.preventDefault()
    keys[event.key]()
    for (const item of this.items()) item.tabIndex = item.dataset.id === this.chosen ? 0 : -1
    this.focusChosen()
    if (event.key === "Enter" || event.key === " ") this.list.querySelector(".action")?.focus()
  }

  pressedOnButton(event) {
    const next = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key]
    if (next && event.target[next]?.dataset.action) event.target[next].focus()
    if (event.key === "Escape") {
      this.act("")
      this.focusChosen()
    }
  }
}

const plainText = (value) => (value instanceof Written ? value.source : String(value))

function kindOf(value) {
  if (value instanceof Written) return "number"
  if (value === null) return "null"
  return isBranch(value) ? "branch" : typeof value
}

function shownText(value) {
  if (Array.isArray(value)) return `[${value.length}]`
  if (isBranch(value)) return `{${Object.keys(value).length}}`
  if (typeof value !== "string") return plainText(value)
  return value.length > LONGEST ? `"${value.slice(0, LONGEST)}…" (${value.length} characters)` : `"${value}"`
}
