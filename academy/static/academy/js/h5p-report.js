/* While a file is being checked: look every two seconds how far it is, and show the whole page once it is through. */
"use strict";

const part = document.getElementById("h5p-progress");

async function look() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("h5p-progress");
    if (!answer.ok || !fresh) {
      location.reload();
      return;
    }
    part.replaceChildren(...fresh.childNodes);
  } catch {
    /* No connection: the next look may have one. */
  }
  setTimeout(look, 2000);
}

if (part) setTimeout(look, 2000);
