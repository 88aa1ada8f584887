/* Penstock, MIT; others' parts: LICENSES.txt; sources 541ddcd807b57283adc299cb99e8524e786843b38a466f66868db868b8709507 */
function e(){if(!globalThis.penstockShelf){let o,t=new Promise(l=>{o=l});globalThis.penstockShelf={library:t,put:o,words:{}}}return globalThis.penstockShelf}async function s(o){return(await e().library)(o)}export{s as default};
