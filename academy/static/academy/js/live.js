/* Partial updates by htmx: say what happened, keep the focus where it makes sense, fall back to the plain form. */
"use strict";

const live = document.getElementById("live");
let clearing;

function announce(text) {
  clearTimeout(clearing);
  live.textContent = "";
  /* A status region is read when its text changes; the same words twice need a gap. */
  setTimeout(() => { live.textContent = text; }, 50);
  clearing = setTimeout(() => { live.textContent = ""; }, 8000);
}

/* The server says it in the header HX-Trigger: {"announce": "Lesson completed, 4 of 12"}. */
document.addEventListener("announce", (event) => announce(event.detail.value));

/* Focus: where the swapped part asks for it, else on the part's first control, if the focus was inside it. */
let lostFocus = null; /* id of the part that had it */
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.serverResponse || "";
  if (/^\s*(<!--[\s\S]*?-->\s*)*<!doctype html/i.test(answer)) {
    /* A whole page instead of a part: the session has ended, or something went wrong. Show it as the page it is. */
    event.detail.shouldSwap = false;
    const form = event.detail.requestConfig.elt.closest("form");
    if (event.detail.xhr.status >= 400 && form && !form.dataset.sentPlainly) {
      form.dataset.sentPlainly = "yes";
      form.submit();
    } else {
      location.assign(event.detail.xhr.responseURL);
    }
    return;
  }
  const part = event.detail.target;
  lostFocus = part.contains(document.activeElement) ? part.id : null;
});
document.addEventListener("htmx:afterSettle", () => {
  const part = lostFocus && document.getElementById(lostFocus);
  if (!part || document.activeElement !== document.body) return;
  lostFocus = null;
  const next = part.querySelector("[data-focus]") || part.querySelector("a[href], button, input:not([type=hidden]), select, textarea") || part;
  if (next === part && !part.hasAttribute("tabindex")) part.tabIndex = -1;
  next.focus();
});

/* No answer at all: let the browser try, and say itself what is wrong. */
document.addEventListener("htmx:sendError", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) form.submit();
});
