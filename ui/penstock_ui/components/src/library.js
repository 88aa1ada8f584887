import { mountEditor } from "./editor.js"
import { shelf } from "./shelf.js"

/** Shows nothing: brings the editor, and the words that it completes, by their digest. */
export default function ({ data }) {
  shelf().words[data.digest] = bare(data.words)
  shelf().put(mountEditor)
}

/** The words without what JavaScript puts into every object: `constructor` is no type of ours. */
function bare({ root, kinds, types }) {
  for (const type of Object.values(types)) Object.setPrototypeOf(type.fields, null)
  return { root, kinds: Object.setPrototypeOf(kinds, null), types: Object.setPrototypeOf(types, null) }
}
