import type { Bank } from '../banks.ts';

/** The look of Connect and, through two custom properties, of the invented banks. */
export const connectCss = `
:root { --ink: #16202e; --soft: #566273; --line: #d9dfe7; --paper: #fff; --ground: #f4f6f9; --accent: #1f4fd1; --on-accent: #fff; --radius: 12px; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.top-in { max-width: 40rem; margin: 0 auto; padding: .75rem 1.25rem; min-height: 3.75rem; display: flex; align-items: center; justify-content: space-between; gap: 1rem; }
.brand { display: inline-flex; align-items: center; gap: .55rem; font-weight: 650; letter-spacing: -.01em; }
.brand svg { width: 1.75rem; height: 1.75rem; color: var(--accent); }
.brand small { color: var(--soft); font-weight: 400; font-size: .8rem; letter-spacing: 0; }
main { width: 100%; max-width: 40rem; margin: 0 auto; padding: 1.5rem 1.25rem 2.5rem; flex: 1; }
footer { padding: 1rem 1.25rem 1.5rem; text-align: center; color: var(--soft); font-size: .8rem; }
footer p { margin: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -.02em; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
.quiet-heading { font-size: .85rem; font-weight: 600; color: var(--soft); margin: 1.75rem 0 .6rem; }
.lead { color: #37424f; margin: 0 0 1.25rem; }
.with-logo { margin-top: 1rem; display: flex; gap: .9rem; align-items: center; }
.logo { width: 3rem; height: 3rem; flex: none; display: block; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button, .button { font: inherit; font-weight: 600; cursor: pointer; border-radius: 10px; border: 1px solid var(--line); background: var(--paper); color: var(--ink); padding: .7rem 1.1rem; min-height: 2.9rem; }
button:hover { border-color: #aab4c2; }
.primary { display: inline-block; background: var(--accent); border-color: var(--accent); color: var(--on-accent); text-decoration: none; padding: .75rem 1.4rem; }
.primary:hover { filter: brightness(.92); border-color: var(--accent); }
.danger { background: #b3261e; border-color: #b3261e; color: #fff; }
.quiet { border-color: transparent; background: none; font-weight: 500; color: var(--soft); padding: .4rem .7rem; min-height: 2.5rem; margin-right: -.7rem; }
.quiet:hover { color: var(--ink); border-color: var(--line); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin: 1.5rem 0 0; }
label { font-weight: 600; }
label[for] { display: block; margin-bottom: .3rem; }
input:not([type=radio]):not([type=checkbox]), select { font: inherit; width: 100%; padding: .65rem .8rem; min-height: 2.9rem; border: 1px solid #8792a2; border-radius: 10px; background: var(--paper); color: var(--ink); }
input[type=radio], input[type=checkbox] { accent-color: var(--accent); width: 1.15rem; height: 1.15rem; flex: none; margin: 0; }
form p { margin: 0 0 1rem; }
.hint, .count { color: var(--soft); font-size: .9rem; }
.problem { color: #b3261e; font-weight: 600; }
fieldset { border: 0; padding: 0; margin: 0 0 1rem; }
legend { padding: 0; font-weight: 600; margin-bottom: .5rem; }
.choice { display: flex; gap: .9rem; align-items: center; padding: .9rem 1rem; margin-bottom: .6rem; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.choice strong, .choice small { display: block; }
.choice small { color: var(--soft); font-weight: 400; }
.tiles, .list { list-style: none; margin: 0; padding: 0; display: grid; gap: .7rem; }
.tiles { grid-template-columns: repeat(2, 1fr); }
.tiles button { width: 100%; height: 100%; min-height: 8rem; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: .7rem; border-radius: var(--radius); line-height: 1.25; padding: 1rem .6rem; }
.list button { width: 100%; display: flex; align-items: center; gap: .9rem; text-align: left; border-radius: var(--radius); padding: .7rem .9rem; }
.tiles button:hover, .list button:hover { border-color: var(--accent); box-shadow: 0 2px 10px rgb(22 32 46 / .08); }
.list .logo { width: 2.25rem; height: 2.25rem; }
.search { display: grid; gap: .8rem; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem; }
.search p { margin: 0; }
.search button { min-height: 2.9rem; display: block; }
.search button { width: 100%; }
.groups { background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); margin-bottom: 1.25rem; overflow: clip; }
.groups details + details { border-top: 1px solid var(--line); }
.groups summary { padding: .85rem 1rem; font-weight: 600; cursor: pointer; }
.groups summary:focus-visible { outline-offset: -3px; }
.groups ul { margin: 0; padding: 0 1rem .9rem 2.4rem; color: #37424f; }
.terms { border-left: 3px solid var(--line); padding-left: 1rem; font-size: .92rem; color: #37424f; }
.terms h2 { margin-top: 0; font-size: .95rem; color: var(--ink); }
.terms p { margin: 0 0 .5rem; }
.facts { margin: 0 0 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); padding: .4rem 1rem; }
.facts div { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0; }
.facts div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; font-weight: 600; text-align: right; }
.progress { list-style: none; display: grid; grid-template-columns: repeat(4, 1fr); gap: .4rem; margin: 0 0 1.75rem; padding: 0; font-size: .78rem; color: var(--soft); }
.progress li { border-top: 4px solid var(--line); padding-top: .4rem; }
.progress .past { border-color: #9fb4ea; }
.progress [aria-current] { border-color: var(--accent); color: var(--ink); font-weight: 600; }
.tick { width: 4rem; height: 4rem; display: block; margin: .5rem 0 1rem; }
.bar { height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; margin-bottom: 1.5rem; }
.bar i { display: block; width: 35%; height: 100%; background: var(--accent); animation: slide 1.4s ease-in-out infinite alternate; }
@keyframes slide { to { transform: translateX(190%); } }
.controls { margin-top: 2rem; border: 1px dashed #8792a2; border-radius: var(--radius); background: #fffbea; color: #3d3418; font-size: .88rem; }
.controls summary { padding: .7rem 1rem; cursor: pointer; font-weight: 600; }
.controls fieldset, .controls > p { padding: 0 1rem; margin-bottom: .9rem; }
.controls fieldset label { display: flex; gap: .6rem; align-items: center; font-weight: 400; padding: .25rem 0; }
.bank-page { background: #fff; font-family: Georgia, "Times New Roman", serif; }
.bank-page .top { background: var(--accent); border: 0; }
.bank-page .brand { color: #fff; font-size: 1.15rem; }
.bank-page .quiet { color: #fff; }
.bank-page .quiet:hover { border-color: #fff; }
.bank-page .quiet:focus-visible { outline-color: #fff; }
.bank-page main { padding-top: 2.5rem; max-width: 32rem; }
.bank-page .top-in { max-width: 32rem; }
.bank-page button, .bank-page .controls, .bank-page .login input:not([type=radio]):not([type=checkbox]) { border-radius: 4px; }
code { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; font-size: .9em; overflow-wrap: anywhere; }
@media (min-width: 36rem) {
  main { padding-top: 2.5rem; }
  h1 { font-size: 1.9rem; }
  .tiles { grid-template-columns: repeat(3, 1fr); }
  .search { grid-template-columns: 11rem 1fr auto; align-items: end; }
}
@media (prefers-reduced-motion: reduce) { .bar i { animation: none; width: 100%; opacity: .5; } }
`;

/** A bank's own colour. */
export function bankCss({ colour }: Bank): string {
  return `.bank-page { --accent: ${colour}; }\n`;
}

export const iconSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><circle cx="10" cy="14" r="7.5" fill="none" stroke="#1f4fd1" stroke-width="3"/><circle cx="18" cy="14" r="7.5" fill="none" stroke="#1f4fd1" stroke-width="3" opacity=".55"/></svg>';

/** Takes the token out of the fragment, which no server sees, and sends it by POST. */
export const launchJs = `
const token = document.getElementById('token');
const fragment = new URLSearchParams(location.hash.slice(1));
token.value = fragment.get(token.name) ?? '';
history.replaceState(null, '', location.pathname + location.search);
document.getElementById('launch').submit();
`;

/** The control page is a tool: wider, denser, tables. */
export const controlCss = `
.control-page main, .control-page .top-in { max-width: 76rem; }
.control-page section { background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem 1.25rem; margin-bottom: 1rem; }
.control-page h2 { margin: 0 0 .75rem; }
.control-page button:not(.quiet) { min-height: 2.2rem; padding: .3rem .8rem; font-size: .88rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
.scroll table { min-width: 44rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td ol { margin: 0; padding-left: 1.1rem; }
pre { font-size: .8rem; overflow-x: auto; }
.buttons { display: flex; flex-wrap: wrap; gap: .35rem; }
.inline { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 0 1rem; }
.short input { max-width: 8rem; }
.boxes .short label { display: block; font-weight: 600; }
.boxes label { display: flex; gap: .6rem; align-items: center; font-weight: 400; padding: .2rem 0; }
`;
