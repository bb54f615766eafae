// Keys and clicks of a panel: what a widget cannot hear by itself. It presses the panel's own buttons.
// Only the whole screen is its own: the kernel has no part in it.
const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "step", Home: "first", End: "now", f: "whole" };
// A double click on these must not take back, or do to the next one, what its first click has done.
const ONCE = ["node-remove", "cordon", "not-ready", "label", "taint", "image-set", "play", "branch", "whole",
              "traffic-compare"];
const NARROW = 640; // below it a picture of 900 pixels could not be read
const TYPING = "input, textarea, select, [contenteditable=true], .noUi-handle, [role=listbox]";

function fractions(image, event) {
  const box = image.getBoundingClientRect();
  const share = (at, from, length) => Math.min(Math.max((at - from) / length, 0), 1);
  return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
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
  const onKey = (event) => {
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
  const onClick = (event) => {
    if (!event.target.closest(".k8s-whole") || event.target.closest(".k8s-lab") !== lab) return;
    const turned = document.fullscreenElement ? document.exitFullscreen() : lab.requestFullscreen();
    turned.catch(() => {});
    lab.focus({ preventScroll: true });
  };
  const onMove = (event) => dragging && tell("timeline", dragging, event);
  const onUp = () => { dragging = null; };
  lab.tabIndex = 0;
  lab.dataset.lmSuppressShortcuts = "true";
  const side = lab.querySelector(".k8s-side");
  const sized = new ResizeObserver(() => {
    const narrow = side.clientWidth > 0 ? side.clientWidth < NARROW : model.get("narrow");
    if (narrow === model.get("narrow")) return;
    model.set("narrow", narrow);
    model.save_changes();
  });
  sized.observe(side);
  lab.addEventListener("click", onTwice, true);
  const heard = [[lab, "keydown", onKey], [lab, "mousedown", onDown], [lab, "click", onClick],
                 [window, "mousemove", onMove], [window, "mouseup", onUp]];
  heard.forEach(([target, type, hear]) => target.addEventListener(type, hear));
  return () => {
    sized.disconnect();
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
