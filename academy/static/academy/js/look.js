/* What comes of a form, looked up while it is filled in: what a date overlaps with, whom an assignment reaches. Without
   it, or when it fails, the same is said on saving. */
"use strict";
(() => {
  const part = document.querySelector("[data-look]");
  const form = part && part.closest("form");
  if (!form) return;
  let waiting, asked;

  async function look() {
    if (asked) asked.abort();
    const own = asked = new AbortController();
    try {
      const answer = await fetch(part.dataset.look, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch" },
        redirect: "manual",
        signal: own.signal,
      });
      /* Not htmx: it would send the whole form plainly when something fails, and that saves. */
      if (!answer.ok) return;
      const words = await answer.text();
      if (own.signal.aborted || part.contains(document.activeElement)) return;
      if (words.trim() !== part.innerHTML.trim()) part.innerHTML = words;
    } catch { /* no network: said on saving */ }
  }

  form.addEventListener("change", (event) => {
    if (part.contains(event.target)) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 400);
  });
})();
