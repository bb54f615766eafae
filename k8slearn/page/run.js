// Starts Python in the page and draws its widgets. Nothing is decided here: what is pressed goes to Python as it is,
// and comes back as the new state of some widgets, with the classes that JupyterLab gives its own.
const HERE = new URL(".", import.meta.url);
const HOME = "/course", PROGRESS = `${HOME}/progress.json`, KEPT = "k8slearn-progress";

// ----- widgets ------------------------------------------------------------------------

const widgets = new Map(); // id → { element, put: { field: how to show it } }
let hear = () => {};
const tell = (id, what, value = null) => hear(JSON.stringify({ id, what, value }));
const make = (tag, classes = "", parent = null) => {
  const made = document.createElement(tag);
  made.className = classes;
  parent?.append(made);
  return made;
};
const labelled = (id, classes) => {
  const element = make("div", `jupyter-widgets widget-inline-hbox ${classes}`);
  const label = make("label", "widget-label", element);
  const name = (control) => {
    control.id = `k8s-w${id}`;
    label.htmlFor = control.id;
    return control;
  };
  return { element, label, name, description: (words) => { label.textContent = words; label.hidden = !words; } };
};

function box(id, classes) {
  const element = make("div", `jupyter-widgets widget-container widget-box ${classes}`);
  const children = (ids) => {
    const wanted = ids.map((each) => widgets.get(each)?.element).filter(Boolean);
    const same = wanted.length === element.children.length && wanted.every((each, at) => each === element.children[at]);
    if (!same) element.replaceChildren(...wanted);
  };
  return { element, put: { children } };
}

function html(id) {
  const { element, description } = labelled(id, "widget-html");
  const content = make("div", "widget-html-content", element);
  return { element, put: { description, value: (text) => { content.innerHTML = text; } } };
}

// A machine without a Chinese font shows every Chinese letter as the same box.
const look = (letter) => {
  const canvas = make("canvas"), ink = canvas.getContext("2d");
  ink.font = "24px sans-serif";
  ink.fillText(letter, 0, 48);
  return canvas.toDataURL();
};
const needs_font = () => look("\u4e2d") === look("\u56fd");

const as_address = (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result));
  reader.readAsDataURL(blob);
});

// To a picture, which is a page of its own, the fonts of this one are unknown: there each one carries ours.
let font = null;
async function with_font(address) {
  font ??= fetch(new URL("../K8sLearnSansSC-Regular.otf", HERE)).then((answer) => answer.blob()).then(as_address);
  const drawn = await (await fetch(address)).text();
  const style = `<style>@font-face { font-family: "K8sLearn Sans SC"; src: url("${await font}"); }</style>`;
  return as_address(new Blob([drawn.replace(">", `>${style}`)], { type: "image/svg+xml" }));
}

function image() {
  const element = make("img", "jupyter-widgets widget-image"), bare = needs_font();
  element.alt = "";
  const size = (side) => (length) => { if (length) element.setAttribute(side, length); };
  const value = async (address) => {
    if (address) element.src = bare && address.startsWith("data:image/svg") ? await with_font(address) : address;
  };
  return { element, put: { value, width: size("width"), height: size("height") } };
}

function button(id) {
  const element = make("button", "jupyter-widgets jupyter-button widget-button");
  element.type = "button";
  element.addEventListener("click", () => tell(id, "click"));
  return { element, put: {
    description: (words) => { element.textContent = words; }, tooltip: (words) => { element.title = words; },
    disabled: (off) => { element.disabled = off; },
    button_style: (style) => element.classList.toggle("mod-primary", style === "primary"),
  } };
}

function text(id, tag) {
  const { element, name, description } = labelled(id, tag === "input" ? "widget-text" : "widget-textarea");
  const control = name(make(tag, "widget-input", element));
  if (tag === "input") control.type = "text";
  control.spellcheck = false;
  control.addEventListener("change", () => tell(id, "value", control.value));
  return { element, put: {
    description, value: (words) => { if (control.value !== words) control.value = words; },
    placeholder: (words) => { control.placeholder = words; }, disabled: (off) => { control.disabled = off; },
  } };
}

function slider(id) {
  const { element, name, description } = labelled(id, "widget-slider");
  const control = name(make("input", "", element));
  control.type = "range";
  control.addEventListener("input", () => tell(id, "value", Number(control.value)));
  return { element, put: {
    description, min: (end) => { control.min = end; }, max: (end) => { control.max = end; },
    value: (at) => { control.value = at; },
  } };
}

function dropdown(id) {
  const { element, name, description } = labelled(id, "widget-dropdown");
  const control = name(make("select", "", element));
  control.addEventListener("change", () => tell(id, "index", control.selectedIndex));
  return { element, put: {
    description, disabled: (off) => { control.disabled = off; },
    options: (all) => control.replaceChildren(...all.map((words) => new Option(words))),
    index: (at) => { control.selectedIndex = at ?? -1; },
  } };
}

function toggles(id) {
  const { element, label, description } = labelled(id, "widget-toggle-buttons");
  const group = make("div", "", element);
  group.setAttribute("role", "group");
  const mark = (at) => [...group.children].forEach((each, number) => {
    each.classList.toggle("mod-active", number === at);
    each.setAttribute("aria-pressed", number === at);
  });
  return { element, put: {
    description: (words) => { description(words); group.setAttribute("aria-label", words); label.removeAttribute("for"); },
    disabled: (off) => [...group.children].forEach((each) => { each.disabled = off; }),
    options: (all) => group.replaceChildren(...all.map((words, number) => {
      const made = make("button", "jupyter-button widget-toggle-button");
      made.type = "button";
      made.textContent = words;
      made.addEventListener("click", () => tell(id, "index", number));
      return made;
    })),
    index: mark,
  } };
}

function radios(id) {
  const { element, description } = labelled(id, "widget-radio");
  const group = make("div", "widget-radio-box", element);
  return { element, put: {
    description,
    options: (all) => group.replaceChildren(...all.map((words, number) => {
      const label = make("label"), control = make("input", "", label);
      Object.assign(control, { type: "radio", name: `k8s-r${id}`, value: number });
      control.addEventListener("change", () => tell(id, "index", number));
      label.append(words);
      return label;
    })),
    index: (at) => group.querySelectorAll("input").forEach((each, number) => { each.checked = number === at; }),
  } };
}

// A script of the panel's own, as anywidget runs it: it has the fields of its widget, and hears when they change.
function script(id) {
  const element = make("div", "jupyter-widgets"), fields = {}, heard = {};
  const waiting = new Set();
  const model = {
    get: (name) => fields[name], set: (name, value) => { fields[name] = value; waiting.add(name); },
    save_changes: () => { for (const name of [...waiting]) { waiting.delete(name); tell(id, name, fields[name]); } },
    on: (name, call) => (heard[name] ??= new Set()).add(call), off: (name, call) => heard[name]?.delete(call),
  };
  const start = async (code) => {
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const { default: made } = await import(address);
    URL.revokeObjectURL(address);
    const widget = widgets.get(id);
    // It may have been closed while its script was on the way.
    if (widget) widget.stop = made.render({ model, el: element });
  };
  const field = (name, value) => {
    fields[name] = value;
    heard[`change:${name}`]?.forEach((call) => call());
  };
  return { element, put: { code: start, style_sheet: (css) => { if (css) make("style", "", element).textContent = css; } }, field };
}

const KINDS = {
  Box: (id) => box(id, ""), HBox: (id) => box(id, "widget-hbox"), VBox: (id) => box(id, "widget-vbox"),
  HTML: html, Image: image, Button: button, Text: (id) => text(id, "input"), Textarea: (id) => text(id, "textarea"),
  IntSlider: slider, Dropdown: dropdown, ToggleButtons: toggles, RadioButtons: radios, Script: script,
};
// What is chosen is shown after what there is to choose from.
const LATE = ["index", "value", "children"];

function close(id) {
  const gone = widgets.get(id);
  gone?.stop?.();
  gone?.element.remove();
  widgets.delete(id);
}

function show(news) {
  const all = JSON.parse(news);
  for (const { id, kind, closed } of all) if (!closed && !widgets.has(id)) widgets.set(id, { own: null, ...KINDS[kind](id) });
  for (const { id, kind, classes, layout, closed, ...fields } of all) {
    const widget = widgets.get(id);
    if (closed) { close(id); continue; }
    if (!widget) continue;
    const { element } = widget;
    widget.own ??= element.className;
    if (classes) element.className = `${widget.own} ${classes.join(" ")}`;
    if (layout !== undefined) element.style.cssText = layout;
    const names = Object.keys(fields).sort((one, other) => LATE.indexOf(one) - LATE.indexOf(other));
    for (const name of names) {
      if (widget.put[name]) widget.put[name](fields[name]);
      else widget.field?.(name, fields[name]);
    }
  }
}

// ----- what only the page can do -------------------------------------------------------

function save(name, bytes) {
  const address = URL.createObjectURL(new Blob([bytes])), link = make("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function effects(pyodide, page) {
  const open = () => {
    const input = make("input");
    input.type = "file";
    input.accept = ".json,application/json";
    input.addEventListener("change", async () => page.take_in(await input.files[0].text()));
    input.click();
  };
  const copy = (situation) => {
    const address = `${location.href.split("#")[0]}#${situation}`;
    history.replaceState(null, "", address);
    navigator.clipboard?.writeText(address).catch(() => {});
  };
  return {
    copy, open, keep: (text) => { try { localStorage.setItem(KEPT, text); } catch { /* it is kept until the page goes */ } },
    download: (path) => save(path.split("/").pop(), pyodide.FS.readFile(path)),
  };
}

// ----- the start -------------------------------------------------------------------------

// The files of the model are packed as one stream.
const unpacked = (answer) => new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

async function python() {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", HERE));
  const model = fetch(new URL("model.gzip", HERE)).then(unpacked);
  const pyodide = await loadPyodide({ indexURL: new URL("pyodide/", HERE).href, env: { HOME, K8SLEARN_PROGRESS: PROGRESS } });
  pyodide.unpackArchive(await model, "zip", { extractDir: `${HOME}/model` });
  // Until the first picture everything that is made stays: looking for garbage would find none.
  pyodide.runPython(`import gc, sys; gc.disable(); sys.path.insert(0, "${HOME}/model")`);
  return pyodide;
}

export async function start(place, lesson = "") {
  const pyodide = await python();
  let kept = null;
  try { kept = localStorage.getItem(KEPT); } catch { /* a page without a memory */ }
  if (kept) pyodide.FS.writeFile(PROGRESS, kept);
  const page = pyodide.pyimport("k8slearn.page");
  hear = (text) => page.hear(text);
  const known = effects(pyodide, page);
  addEventListener("hashchange", () => { if (location.hash.includes("lab=")) page.go_to(location.hash); });
  const root = page.start(show, (name, value) => known[name](value), location.hash, lesson);
  if (new URLSearchParams(location.search).has("embed")) document.documentElement.classList.add("k8s-embed");
  place.replaceChildren(widgets.get(root).element);
  pyodide.runPython("gc.enable()");
  return pyodide;
}

// The button of a page: what is wrong is said beside it, and the still picture stays.
export function offer(frame) {
  const say = (words) => { frame.querySelector("[role=status]").textContent = words; };
  const pressed = frame.querySelector("button");
  const go = async () => {
    pressed.disabled = true;
    say(frame.dataset.starting);
    try {
      await start(frame.querySelector(".k8s-run-place"), frame.dataset.lesson ?? "");
      say("");
      pressed.hidden = true;
      frame.classList.add("k8s-runs");
    } catch (error) {
      pressed.disabled = false;
      say(frame.dataset.failed.replace("{error}", error));
      console.error(error);
    }
  };
  pressed.addEventListener("click", go);
  if (location.hash.includes("lab=") || new URLSearchParams(location.search).has("embed")) go();
}
