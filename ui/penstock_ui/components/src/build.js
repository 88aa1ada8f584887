// Builds what the wheel ships into ../assets (or into the folder given): the same bytes from the same sources.

import { build } from "esbuild"
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const here = dirname(fileURLToPath(import.meta.url))
const out = process.argv[2] ?? join(here, "..", "assets")

const digest = createHash("sha256")
const sources = readdirSync(here).filter((name) => name.endsWith(".js") || name.startsWith("package"))
for (const name of sources.sort()) digest.update(`${name}\n`).update(readFileSync(join(here, name)))

mkdirSync(out, { recursive: true })
const made = await build({
  absWorkingDir: here,
  entryPoints: ["code_editor.js", "library.js", "json_tree.js"],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "ascii",
  legalComments: "none",
  metafile: true,
  // Two lines: Streamlit takes a text of one line for a file name.
  banner: { js: `/* Penstock, MIT; others' parts: LICENSES.txt; sources ${digest.digest("hex")} */` },
})

const packages = new Set()
for (const input of Object.keys(made.metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)
  if (found) packages.add(found[1])
}
const licences = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name)
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`
})
const line = `\n${"-".repeat(80)}\n\n`
writeFileSync(join(out, "LICENSES.txt"), `What library.js holds of others.\n${line}${licences.join(line)}`)
