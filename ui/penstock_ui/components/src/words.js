// Completion and hover of manifest YAML, from the words that Python derives of the registry (words.py tells their form).

import { mappingsAt, readLine } from "./place.js"

/** The component that a mapping is, by its `type` or its place; `kind` is what may stand there. */
function componentOf(mappings, words) {
  let here = { type: words.root, kind: "", field: null }
  for (const mapping of mappings.slice(1)) {
    const field = words.types[here.type]?.fields[mapping.owner] ?? null
    const options = words.kinds[field?.slot] ?? []
    const only = options.length === 1 ? options[0] : ""
    const type = mapping.keys.get("type") || field?.implied || only
    here = { type, kind: field?.slot ?? "", field }
  }
  return here
}

/** A completion source of CodeMirror. `names` are the variables of templates that are known, such as those of `config`. */
export function completions(context, words, names) {
  const line = context.state.doc.lineAt(context.pos)
  const before = line.text.slice(0, context.pos - line.from)
  const template = /\{[{%]((?:(?![}%]\}).)*)$/.exec(before)
  const key = template ? null : /^\s*(?:-\s+)*([\w$]*)$/.exec(before)
  const value = template || key ? null : /^\s*(?:-\s+)*([\w$]+):\s+["']?([\w-]*)$/.exec(before)
  if (!template && !value && !(key && (key[1] || context.explicit))) return null

  const mappings = mappingsAt(context.state.doc, context.pos)
  const here = componentOf(mappings, words)
  if (template) return inTemplate(template[1], context.pos, here, readLine(line.text).key, words, names)
  if (key) {
    return { from: context.pos - key[1].length, options: keyOptions(here, mappings.at(-1), words), validFor: /^[\w$]*$/ }
  }
  const options = valueOptions(here, value[1], words)
  return options.length ? { from: context.pos - value[2].length, options, validFor: /^[\w-]*$/ } : null
}

function keyOptions(here, mapping, words) {
  const component = words.types[here.type]
  const choices = (here.field?.enum ?? []).map((label) => ({ label, type: "enum" }))
  if (!component) return [...choices, { label: "type", type: "property", apply: "type: " }]
  const fields = Object.entries(component.fields).map(([label, field]) => ({
    label,
    type: "property",
    detail: field.required ? "required" : field.slot ?? "",
    info: field.doc,
    apply: `${label}: `,
    boost: field.required ? 2 : 0,
  }))
  const others = ["type", "$ref", "$parameters"].map((label) => ({ label, type: "keyword", apply: `${label}: ` }))
  return [...choices, ...fields, ...others].filter((option) => !mapping.keys.has(option.label))
}

function valueOptions(here, key, words) {
  if (key === "type") {
    const types = words.kinds[here.kind] ?? Object.keys(words.types)
    return types.map((label) => ({ label, type: "class", info: words.types[label].doc }))
  }
  const field = words.types[here.type]?.fields[key]
  return (field?.enum ?? []).map((label) => ({ label, type: "enum" }))
}

function inTemplate(inside, pos, here, key, words, names) {
  const item = /\b(\w+)\[["']([^"'\]]*)$/.exec(inside)
  if (item) {
    const options = (names[item[1]] ?? []).map((label) => ({ label, type: "variable" }))
    return options.length ? { from: pos - item[2].length, options, validFor: /^[\w-]*$/ } : null
  }
  const word = /(?:^|[^\w.'"\]])(\w*)$/.exec(inside)
  if (!word) return null
  const scope = words.types[here.type]?.fields[key]?.scope ?? here.field?.scope ?? []
  const known = new Set([...scope, "config", "parameters"])
  const options = [...known].map((label) => ({ label, type: "variable" }))
  return { from: pos - word[1].length, options, validFor: /^\w*$/ }
}

/** What the word at a position means: `{from, to, title, doc}`, or null. */
export function meaningAt(state, pos, words) {
  const line = state.doc.lineAt(pos)
  const read = readLine(line.text)
  if (read.key === undefined) return null
  const here = componentOf(mappingsAt(state.doc, pos), words)
  const from = line.from + line.text.indexOf(read.key, read.dash >= 0 ? read.dash : 0)
  const to = from + read.key.length
  if (pos <= to && pos >= from) {
    if (read.key === "type" && words.types[here.type]) {
      return { from, to, title: here.type, doc: words.types[here.type].doc }
    }
    const field = words.types[here.type]?.fields[read.key]
    return field ? { from, to, title: `${here.type}.${read.key}`, doc: field.doc } : null
  }
  const named = words.types[read.value]
  return named && read.key === "type" ? { from: to + 1, to: line.to, title: read.value, doc: named.doc } : null
}
