// Where a position stands in YAML of block style, told by indentation alone: so it works on text that is being typed
// and does not parse. Flow style (`{a: 1}`) is not looked into.

const LINE = /^(\s*)((?:-\s+)*)(?:(["']?)([\w$.-]+)\3\s*:(?:\s+(.*))?)?/

/** One line: `col` is where its key or value starts, `dash` where its list item starts (-1 without one). */
export function readLine(text) {
  const [, indent, dashes, , key, value = ""] = LINE.exec(text)
  const bare = text.trim()
  return {
    col: indent.length + dashes.length,
    dash: dashes ? indent.length : bare === "-" ? indent.length : -1,
    key,
    value: value.replace(/\s+#.*$/, "").replace(/^(["'])(.*)\1$/, "$2"),
    empty: bare === "" || bare.startsWith("#"),
  }
}

/**
 * The mappings around a position, outermost first. Each has its `keys` (a Map of key to value as written, only of the
 * mapping's own lines) and `owner`, the key that holds it ("" for the outermost).
 */
export function mappingsAt(doc, pos) {
  const at = doc.lineAt(pos)
  const here = readLine(at.text)
  const found = []
  let number = at.number
  let col = here.empty ? pos - at.from : here.col
  let dash = here.dash
  for (;;) {
    const first = dash >= 0 ? { number, dash } : firstOf(doc, number, col)
    const owner = ownerOf(doc, first.number, col, first.dash)
    const outermost = !owner && found.length > 0 // its keys are of no use, and a long way to look for
    found.unshift({ keys: outermost ? new Map() : keysFrom(doc, first.number, col), owner: owner ? owner.key : "" })
    if (!owner) return found
    ;({ number, col, dash } = owner)
  }
}

/** One line, or null where it is deeper than `col` or says nothing. */
function lineUpTo(doc, number, col) {
  const { text } = doc.line(number)
  const indent = text.search(/\S/)
  if (indent < 0 || indent > col || text[indent] === "#") return null
  const line = readLine(text)
  return line.col > col ? null : line
}

/** The first line of the mapping in column `col` that the line `number` belongs to. */
function firstOf(doc, number, col) {
  let first = { number, dash: -1 }
  for (let n = number - 1; n >= 1; n--) {
    const line = lineUpTo(doc, n, col)
    if (line === null) continue
    if (line.col < col) break
    first = { number: n, dash: line.dash }
    if (line.dash >= 0) break
  }
  return first
}

/** The line whose key holds the mapping that starts at `number`. */
function ownerOf(doc, number, col, dash) {
  for (let n = number - 1; n >= 1; n--) {
    const line = lineUpTo(doc, n, col)
    if (line === null || line.key === undefined) continue
    const holds = dash >= 0 ? line.col < dash || (line.col === dash && line.dash < 0) : line.col < col
    if (holds) return { ...line, number: n }
  }
  return null
}

function keysFrom(doc, number, col) {
  const keys = new Map()
  for (let n = number; n <= doc.lines; n++) {
    const line = lineUpTo(doc, n, col)
    if (line === null) continue
    if (line.col < col || (line.dash >= 0 && n > number)) break
    if (line.key !== undefined) keys.set(line.key, line.value)
  }
  return keys
}
