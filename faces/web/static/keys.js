// Search from any page: Ctrl+K, or ⌘K, goes to the field that announces it (aria-keyshortcuts).
// Without this file the field is reached like any other, and its form is sent all the same.

const field = document.querySelector("[aria-keyshortcuts~='Control+K']");
const hint = document.querySelector("[data-keys]");
const mac = /^(Mac|iP)/.test(navigator.platform);

const writes = (place) => place instanceof Element && place.closest("input, textarea, select") !== null;

function pressed(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if ((event.key || "").toLowerCase() !== "k" || event.altKey || event.shiftKey) return;
  if (event.ctrlKey === event.metaKey) return;
  // Where one writes on a Mac, Ctrl+K cuts to the end of the line: that stays.
  if (mac && event.ctrlKey && writes(event.target)) return;
  event.preventDefault();
  field.focus();
  field.select();
}

if (field) {
  document.addEventListener("keydown", pressed);
  if (hint) {
    hint.textContent = mac ? hint.dataset.keysMac : hint.dataset.keys;
    hint.hidden = false;
  }
}
