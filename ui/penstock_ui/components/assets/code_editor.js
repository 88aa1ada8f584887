/* Penstock, MIT; others' parts: LICENSES.txt; sources 4a44f692f4bc5fe6f6aef6801cf203f2a630e5430a08b2082f6d21f5139512e1 */
function e(){if(!globalThis.penstockShelf){let o,t=new Promise(l=>{o=l});globalThis.penstockShelf={library:t,put:o,words:{}}}return globalThis.penstockShelf}async function s(o){return(await e().library)(o)}export{s as default};
