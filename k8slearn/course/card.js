// A question or an exercise by keyboard, by ear and in its place: what a widget cannot do by itself.
// It presses the card's own buttons; the kernel has no part in it but `answered`.
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
const LETTERS = "abcdef";

function options(card) {
  return [...card.querySelectorAll("input[type=radio]")];
}

// One option is in the order of the Tab key: the chosen one, or the first.
function rove(card) {
  const all = options(card), reached = all.find((each) => each.checked) ?? all[0];
  all.forEach((each) => { each.tabIndex = each === reached ? 0 : -1; });
}

function choose(card, option) {
  if (!option) return;
  option.focus();
  if (!option.checked) option.click();
  rove(card);
}

// The option that a key means: the neighbour of the one with the focus, or the one of that letter or number.
function meant(card, event) {
  const all = options(card), at = all.indexOf(event.target);
  if (event.key in STEPS && at >= 0) return all[(at + STEPS[event.key] + all.length) % all.length];
  if (event.key.length !== 1) return undefined;
  const letter = LETTERS.indexOf(event.key.toLowerCase());
  return all[letter >= 0 ? letter : Number(event.key) - 1];
}

// The kernel frees the button once it knows the choice; who answers faster than that waits for it, two seconds at most.
function reveal(card, tries = 40) {
  const button = card.querySelector(".k8s-reveal");
  if (!button.disabled) button.click();
  else if (tries) setTimeout(() => reveal(card, tries - 1), 50);
}

// Shift+Enter is how a reader goes on. It runs no cell here: the card would be made anew, an exercise begun again.
function go_on(card) {
  const next = card.closest(".jp-Cell")?.nextElementSibling;
  (next?.closest(".jp-Cell") ?? document.activeElement).focus();
}

function on_key(card, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const enter = event.key === "Enter";
  const option = meant(card, event);
  const answers = enter && event.target.checked && card.querySelector(".k8s-reveal");
  if (enter && event.shiftKey) go_on(card);
  else if (option) choose(card, option);
  else if (answers) reveal(card);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function name_parts(card) {
  const asked = card.querySelector(".k8s-asked"), group = card.querySelector(".widget-radio-box");
  if (asked && group) {
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", asked.textContent.trim());
  }
  card.querySelectorAll(".k8s-reply, .k8s-differences").forEach((part) => part.setAttribute("role", "status"));
  card.querySelectorAll(".k8s-goal-side").forEach((side) => {
    side.querySelector("img").alt = side.querySelector(".widget-html-content")?.textContent.trim() ?? "";
  });
  rove(card);
}

// The outputs that the prediction is about: those below it, up to a heading or to the next prediction.
function open_below(el) {
  let cell = el.closest(".jp-Cell")?.nextElementSibling;
  for (; cell; cell = cell.nextElementSibling) {
    const source = cell.querySelector(".jp-CodeCell .cm-content, .cm-content")?.textContent ?? "";
    const code = cell.classList.contains("jp-CodeCell");
    if (code ? /\bpredict\(/.test(source) : cell.querySelector(".jp-RenderedMarkdown :is(h1, h2, h3, h4, h5, h6)")) return;
    cell.querySelector(".jp-OutputPlaceholder .jp-Placeholder-content")?.click();
  }
}

function listen(card, model, el) {
  card.tabIndex = -1; // a click on its text gives it the keys
  // JupyterLab asks the very element that has the focus: B on an option of ours would insert a cell.
  const keep_keys = (event) => { event.target.dataset.lmSuppressShortcuts = "true"; };
  const key = (event) => on_key(card, event);
  const opened = () => { if (model.get("answered")) open_below(el); };
  const drawn = new MutationObserver(() => name_parts(card));
  drawn.observe(card, { childList: true, subtree: true });
  name_parts(card);
  card.addEventListener("focusin", keep_keys);
  card.addEventListener("keydown", key);
  card.addEventListener("change", () => rove(card));
  model.on("change:answered", opened);
  return () => {
    drawn.disconnect();
    card.removeEventListener("focusin", keep_keys);
    card.removeEventListener("keydown", key);
    model.off("change:answered", opened);
  };
}

function render({ model, el }) {
  let stop = () => {}, ended = false;
  // The card is put together before it is put on the page.
  const start = () => {
    const card = el.closest(".k8s-live-card");
    if (card) stop = listen(card, model, el);
    else if (!ended) requestAnimationFrame(start);
  };
  start();
  return () => { ended = true; stop(); };
}
export default { render };
