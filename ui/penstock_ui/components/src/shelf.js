// What the components of one page share. The library is big and never changes, so it travels alone and once
// (library.js); each editor (code_editor.js) waits for it here.

/** @returns {{library: Promise<Function>, put: Function, words: Object<string, object>}} */
export function shelf() {
  if (!globalThis.penstockShelf) {
    let put
    const library = new Promise((resolve) => {
      put = resolve
    })
    globalThis.penstockShelf = { library, put, words: {} }
  }
  return globalThis.penstockShelf
}
