// What the course changes in JupyterLab's page that none of its settings can.
// This is all that a federated extension has to be for JupyterLab to load it, a container of modules; no build is needed.
const rules = [
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
  return {};
};

window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB.k8slearn = { init: async () => {}, get: async () => add_style };
