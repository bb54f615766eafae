// Opened as a file the page may not read its neighbours: the search then lists pages without a passage of each.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";

// Who speaks to the machine says what stands on a button: the theme's name for it is another than its words.
addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");
});
