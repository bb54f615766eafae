// What the course changes in JupyterLab's page that none of its settings can.
// This is all that a federated extension has to be for JupyterLab to load it, a container of modules; no build is needed.

// A machine may have no Chinese font: ours comes with the page then. What a machine has is asked for by its full name
// and by its PostScript name, for browsers know it by one or the other.
const font = `url("${new URL("fonts/K8sLearnSansSC-Regular.otf", document.currentScript.src)}") format("opentype")`;
const local = (...names) => names.map((name) => `local("${name}")`).join(", ");
const regular = local("PingFang SC", "PingFangSC-Regular", "Microsoft YaHei", "MicrosoftYaHei",
  "Noto Sans CJK SC", "NotoSansCJKsc-Regular", "Noto Sans SC", "NotoSansSC-Regular");
const bold = local("PingFangSC-Semibold", "Microsoft YaHei Bold", "MicrosoftYaHei-Bold",
  "Noto Sans CJK SC Bold", "NotoSansCJKsc-Bold", "Noto Sans SC Bold", "NotoSansSC-Bold");
// Before all others, for Chinese alone: after a font that every machine has, Chromium would show empty boxes.
const face = (name, source, weight) => `@font-face { font-family: "${name}"; font-weight: ${weight}; src: ${source};
  unicode-range: U+2018-201D, U+2026, U+2E80-9FFF, U+FF00-FFEF; }`;
const both = '"Chinese", "Course Chinese"';
const families = ["ui", "content", "code"];
// By way of the root: on one element a variable cannot be made of itself.
const inherited = families.map((name) => `--k8s-${name}-fonts: var(--jp-${name}-font-family);`).join(" ");
const extended = families.map((name) => `--jp-${name}-font-family: ${both}, var(--k8s-${name}-fonts);`).join(" ");

const rules = [
  // Pictures name it themselves.
  `@font-face { font-family: "K8sLearn Sans SC"; src: ${font}; }`,
  face("Chinese", regular, 400),
  face("Chinese", bold, 700),
  // Ours has one weight: under a name of its own the browser makes the other one of it.
  face("Course Chinese", font, 400),
  `:root { ${inherited} } body { ${extended} }`,
  // JupyterLab writes the first line of a folded output beside its three dots: the answer of the prediction above it.
  ".jp-OutputPlaceholder .jp-PlaceholderText { display: none; }",
  // Beside a terminal a table's column is narrower than one long word of a command.
  ".jp-RenderedHTMLCommon td code { overflow-wrap: anywhere; }",
  // Else what kubectl says is broken in the middle of a word, as soon as it is longer than a line.
  "body .jp-OutputArea-output pre { word-break: normal; overflow-wrap: anywhere; }",
];

const add_style = () => {
  const style = document.createElement("style");
  style.textContent = rules.join("\n");
  document.head.append(style);
};

// A stored question or exercise, its cell not run yet, looks as if it took letters: none is to be a command of
// JupyterLab's, to which D D deletes the cell. Nor is Enter, which opens a fold.
const stored_card = (event) => event.target.closest?.(".jp-RenderedHTML .k8s-card");

const keep_keys = (event) => {
  const letter = event.key.length === 1, opens = event.key === "Enter" && event.target.localName === "summary";
  const chord = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
  if ((letter || opens) && !chord && stored_card(event)) event.stopPropagation();
};

// A click on its text gives it the keys; else the cell would have them.
const take_keys = (event) => {
  const card = stored_card(event);
  if (card) card.tabIndex = -1;
};

const start = () => {
  add_style();
  // JupyterLab hears of a key first of all that is on the page; the window hears of it before.
  window.addEventListener("keydown", keep_keys, true);
  window.addEventListener("pointerdown", take_keys, true);
  return {};
};

window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB.k8slearn = { init: async () => {}, get: async () => start };
