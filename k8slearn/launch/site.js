// Opened as a file the page may not read its neighbours: the search then lists pages without a passage of each.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
