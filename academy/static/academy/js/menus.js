/* Menus close with Escape or a click elsewhere; the appearance changes without leaving the page. All of it optional. */
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement && document.activeElement.closest("details.drop[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

document.addEventListener("focusin", (event) => {
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

/* Typed words would be lost if the page were loaded anew just to change its colours. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.classList.contains("appearance") || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  fetch(form.action, { method: "POST", body: new URLSearchParams({ theme }), redirect: "manual", keepalive: true });
});

/* What went wrong is read first. */
const summary = document.querySelector(".notice.is-error[data-focus]");
if (summary) summary.focus();

/* What the last action did stands in the page when it loads; a screen reader speaks only of what changes afterwards. */
const said = document.querySelector("[data-announce]");
if (said) {
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  document.querySelector("main").append(spoken);
  setTimeout(() => { spoken.textContent = said.textContent.trim(); }, 100);
  setTimeout(() => spoken.remove(), 5000);
}
