/* The certificate beside its template's form, drawn anew while it is typed. Without it, or when it fails, "Preview" does the same. */
"use strict";
(() => {
  const part = document.getElementById("certificate-preview");
  const form = document.getElementById("w-editor-form");
  if (!part || !form) return;
  const sheet = part.querySelector("img");
  const status = part.querySelector("[role=status]");
  let waiting, asked;

  async function look() {
    if (asked) asked.abort();
    const own = asked = new AbortController();
    try {
      const answer = await fetch(part.dataset.preview, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
        signal: own.signal,
      });
      const words = await answer.text();
      const page = new DOMParser().parseFromString(words, "text/html");
      if (answer.ok) {
        const drawn = page.querySelector("img.academy-sheet");
        if (!drawn) return;
        sheet.src = drawn.getAttribute("src");
        sheet.hidden = false;
        status.textContent = "";
      } else if (answer.status === 422) {
        status.textContent = [...page.querySelectorAll("main li")].map((line) => line.textContent).join(" ");
      }
    } catch { /* no network, or typed on: the button is there */ }
  }

  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 800);
  });
  if (part.dataset.template) look();
})();
