// Keys and clicks of a panel: what a widget cannot hear by itself. It presses the panel's own buttons.
// Only the whole screen is its own: the kernel has no part in it.
const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "step", Home: "first", End: "now", f: "whole" };
// A double click on these must not take back, or do to the next one, what its first click has done.
const ONCE = ["node-remove", "cordon", "not-ready", "label", "taint", "image-set", "play", "branch", "whole",
              "traffic-compare"];
// Below so many pixels the next wider picture would be shrunk, and its letters with it.
const SLIM = 420, NARROW = 820;
const room_of = (width) => (width < SLIM ? "slim" : width < NARROW ? "narrow" : "wide");
const TYPING = "input, textarea, select, [contenteditable=true], .noUi-handle, [role=listbox]";

const BOXES = ".k8s-body > .k8s-why, .k8s-frame, .k8s-tabs > .k8s-card, .k8s-records-lines, .k8s-said, .k8s-told > span";

function fractions(image, event) {
  const box = image.getBoundingClientRect();
  const share = (at, from, length) => Math.min(Math.max((at - from) / length, 0), 1);
  return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
}

// What stands in the pictures, said in words: as their alternative texts, and each step in a region that is read out.
function tell_by_ear(lab) {
  const region = document.createElement("div");
  region.className = "k8s-heard k8s-region";
  region.setAttribute("role", "status");
  lab.append(region);
  let waiting = null;
  const text = (root, css) => root.querySelector(css)?.textContent.trim() ?? "";
  const name = (image, said) => { if (image && image.alt !== said) image.alt = said; };
  const tell = () => {
    waiting = null;
    const step = text(lab, ".k8s-told > span");
    if (region.textContent !== step) region.textContent = step;
    lab.querySelectorAll(".k8s-side").forEach((side) =>
      name(side.querySelector("img.k8s-picture"), `${text(side, ".k8s-head")} ${text(side, ".k8s-told")}`));
    const where = text(lab, ".k8s-where-text") || text(lab, ".k8s-state");
    const line = text(lab, ".k8s-timeline-box .widget-label");
    name(lab.querySelector("img.k8s-timeline"), `${line} ${where}`);
    name(lab.querySelector("img.k8s-traffic-picture"), text(lab, ".k8s-traffic-told"));
    lab.querySelectorAll(".noUi-handle").forEach((handle) => handle.setAttribute("aria-label", line));
    // What has something to scroll, down or sideways, is scrolled by keyboard as well.
    const scrolls = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    lab.querySelectorAll(BOXES).forEach((box) => { box.tabIndex = scrolls(box) ? 0 : -1; });
  };
  // Not more often than can be followed, however fast time runs.
  const soon = () => { waiting ??= setTimeout(tell, 300); };
  const changed = new MutationObserver(soon);
  // A card that is chosen gets another class; until then what is in it has no height.
  const news = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class"] };
  lab.querySelectorAll(".k8s-sides, .k8s-time-area, .k8s-why, .k8s-tabs, .k8s-said").forEach((part) =>
    changed.observe(part, news));
  // With another theme what is in a box may get another height, and the box stays as it is.
  changed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name"] });
  const sized = new ResizeObserver(soon);
  sized.observe(lab);
  // A second cluster beside the first makes boxes lower than the panel's own height tells.
  lab.querySelectorAll(BOXES).forEach((box) => sized.observe(box));
  soon();
  return () => { changed.disconnect(); sized.disconnect(); clearTimeout(waiting); region.remove(); };
}

// A press may take its own button away; who works by keyboard goes on in the same card, not at the page's beginning.
function keep_focus(lab) {
  let last = null;
  const remember = (event) => { last = event.target; };
  const look = () => {
    // The browser gives up a focus that is not seen only after the next picture.
    if (!last || last.getClientRects().length || ![document.body, last].includes(document.activeElement)) return;
    const card = last.closest(".k8s-card") ?? lab;
    const next = [...card.querySelectorAll("button")].find((each) => each.getClientRects().length) ?? lab;
    last = null;
    next.focus({ preventScroll: true });
  };
  const changed = new MutationObserver(() => requestAnimationFrame(look));
  changed.observe(lab, { subtree: true, attributes: true, attributeFilter: ["class", "style"] });
  lab.addEventListener("focusin", remember);
  return () => { changed.disconnect(); lab.removeEventListener("focusin", remember); };
}

// Whether the learner has run this very cell: then the cursor is in it, or in the one below.
function was_just_run(lab) {
  const cell = lab.closest(".jp-Cell"), active = document.querySelector(".jp-Notebook .jp-Cell.jp-mod-active");
  return !!cell && (active === cell || active === cell.nextElementSibling);
}

// The panel's top is what is seen: JupyterLab goes to the cell below, before and while the panel gets its height.
function reveal(lab) {
  const page = lab.closest(".jp-WindowedPanel-outer");
  if (!page) return;
  let done = false;
  const stop = () => { done = true; };
  ["wheel", "keydown", "pointerdown"].forEach((type) =>
    window.addEventListener(type, stop, { once: true, capture: true }));
  const show = () => {
    const box = lab.getBoundingClientRect(), room = page.getBoundingClientRect();
    if (done || (box.top >= room.top && box.bottom <= room.bottom)) return;
    page.scrollTop += box.top - room.top - 4;
  };
  [0, 150, 400, 800, 1300].forEach((wait) => setTimeout(show, wait));
}

function listen(lab, model) {
  let serial = 0, dragging = null;
  const tell = (what, image, event) => {
    model.set("touch", [what, ...fractions(image, event), ++serial]);
    model.save_changes();
  };
  const touched = (event) => {
    const image = event.target.closest("img");
    if (!image || image.closest(".k8s-lab") !== lab) return [null, null];
    const what = ["picture", "timeline"].find((name) => image.classList.contains(`k8s-${name}`));
    return what ? [what, image] : [null, null];
  };
  // Among the answers of a question the arrows go from one to the next, and do not move time.
  const goOn = (event, option) => {
    const turn = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!turn) return false;
    const all = [...lab.querySelectorAll(".k8s-option")].filter((each) => each.getClientRects().length);
    all[(all.indexOf(option) + turn + all.length) % all.length].focus();
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const onKey = (event) => {
    const option = event.target.closest(".k8s-option");
    if (option && goOn(event, option)) return;
    const name = KEYS[event.key];
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (!name || !plain || event.target.closest(TYPING)) return;
    if (event.key === " " && event.target.closest("button")) return;
    const button = lab.querySelector(`.k8s-${name}`);
    if (button && event.target.closest(".k8s-lab") === lab) {
      event.preventDefault();
      event.stopPropagation();
      button.click();
    }
  };
  const onDown = (event) => {
    const [what, image] = touched(event);
    if (!what) return;
    event.preventDefault();
    event.stopPropagation();
    lab.focus({ preventScroll: true });
    tell(what, image, event);
    dragging = what === "timeline" ? image : null;
  };
  const onTwice = (event) => {
    if (event.detail < 2 || !ONCE.some((name) => event.target.closest(`.k8s-${name}`))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  // What is said is put away by who has read it; the kernel takes it away at the next press.
  const onAway = (event) => {
    const message = event.target.closest(".k8s-away")?.closest(".k8s-message");
    if (!message) return;
    message.hidden = true;
    lab.focus({ preventScroll: true });
  };
  const onClick = (event) => {
    if (!event.target.closest(".k8s-whole") || event.target.closest(".k8s-lab") !== lab) return;
    const turned = document.fullscreenElement ? document.exitFullscreen() : lab.requestFullscreen();
    turned.catch(() => {});
    lab.focus({ preventScroll: true });
  };
  const onMove = (event) => dragging && tell("timeline", dragging, event);
  const onUp = () => { dragging = null; };
  lab.tabIndex = 0;
  const stops = [tell_by_ear(lab), keep_focus(lab)];
  if (was_just_run(lab)) reveal(lab);
  // JupyterLab asks the very element that has the focus: B on a button of ours would insert a cell.
  const keep_keys = (event) => { event.target.dataset.lmSuppressShortcuts = "true"; };
  keep_keys({ target: lab });
  const side = lab.querySelector(".k8s-side");
  const sized = new ResizeObserver(() => {
    const room = side.clientWidth > 0 ? room_of(side.clientWidth) : model.get("room");
    if (room === model.get("room")) return;
    model.set("room", room);
    model.save_changes();
  });
  sized.observe(side);
  lab.addEventListener("click", onTwice, true);
  const heard = [[lab, "focusin", keep_keys], [lab, "keydown", onKey], [lab, "mousedown", onDown], [lab, "click", onClick], [lab, "click", onAway],
                 [window, "mousemove", onMove], [window, "mouseup", onUp]];
  heard.forEach(([target, type, hear]) => target.addEventListener(type, hear));
  return () => {
    sized.disconnect();
    stops.forEach((stop) => stop());
    lab.removeEventListener("click", onTwice, true);
    heard.forEach(([target, type, hear]) => target.removeEventListener(type, hear));
  };
}

function render({ model, el }) {
  let stop = () => {}, ended = false;
  const start = () => {
    const lab = el.closest(".k8s-lab");
    if (lab) stop = listen(lab, model);
    else if (!ended) requestAnimationFrame(start);
  };
  start();
  return () => { ended = true; stop(); };
}
export default { render };
