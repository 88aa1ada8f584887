export const LOOKS = `
.tree-frame {font-size: 0.8125rem; color: var(--st-text-color);}
.search {width: 100%; box-sizing: border-box; margin-bottom: 0.3rem; padding: 0.25rem 0.5rem; color: inherit;
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  font-family: var(--st-font);}
.list {overflow: auto; font-family: var(--st-code-font, monospace); line-height: 1.6;}
.row {cursor: pointer; white-space: nowrap; border-radius: 0.2rem;}
.row:hover {background: var(--st-secondary-background-color);}
.row:focus-visible, .search:focus-visible, button:focus-visible {outline: 2px solid var(--st-primary-color); outline-offset: -2px;}
.row[aria-selected="true"] {background: color-mix(in srgb, var(--st-primary-color) 15%, transparent);}
.fold {display: inline-block; width: 1rem; text-align: center; opacity: 0.7;}
.key {color: var(--st-blue-text-color);}
.string {color: var(--st-green-text-color);}
.number, .boolean {color: var(--st-violet-text-color);}
.null, .branch, .note, .path {opacity: 0.65;}
.lock {margin-left: 0.4rem; font-size: 0.7rem;}
.mark {margin-left: 0.5rem; padding: 0 0.4rem; border-radius: 0.6rem; font-family: var(--st-font); font-size: 0.72rem;
  color: #fff; background: var(--st-primary-color);}
.actions {display: flex; flex-wrap: wrap; gap: 0.3rem; align-items: center; padding: 0.2rem 0;}
button {cursor: pointer; color: inherit; background: var(--st-background-color); font-family: var(--st-font);
  font-size: 0.75rem; border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: 0.1rem 0.5rem;}
button:hover {border-color: var(--st-primary-color); color: var(--st-primary-color);}
.path {font-size: 0.72rem; margin-left: 0.3rem;}
`
