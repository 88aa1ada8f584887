/* Penstock, MIT; others' parts: LICENSES.txt; sources ad5cf0156545eb9079205093a5a20c2fdf8f306697d5ade4f8c65c752f9d01a5 */
function e(){if(!globalThis.penstockShelf){let o,t=new Promise(l=>{o=l});globalThis.penstockShelf={library:t,put:o,words:{}}}return globalThis.penstockShelf}async function s(o){return(await e().library)(o)}export{s as default};
