// Opened as a file the page may not read its neighbours: the search then lists pages without a passage of each.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";

// Who speaks to the machine says what stands on a button: the theme's name for it is another than its words.
addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");
});

// On a telephone a picture keeps letters that can be read, and is moved with the finger, or with the arrows of a keyboard.
const SMALL = matchMedia("(max-width: 600px)");
const PICTURES = ".cell_output img, .bd-article p > img, .k8s-player canvas";
addEventListener("DOMContentLoaded", () => {
  const frames = [...document.querySelectorAll(PICTURES)].map((picture) => {
    const frame = document.createElement("div");
    const inner = picture.closest("a.image-reference") ?? picture;
    frame.className = "k8s-wide";
    inner.replaceWith(frame);
    frame.append(inner);
    return frame;
  });
  const tables = document.querySelectorAll(".bd-article table");
  // What scrolls is a stop of the Tab key, unless a link in it is one already.
  const fit = () => [...frames, ...tables].forEach((box) => {
    if (SMALL.matches && !box.querySelector("a")) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
  SMALL.addEventListener("change", fit);
  fit();
});
