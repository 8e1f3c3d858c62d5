/* Pages of a quiz: keeps each answer as it is given, counts the minutes, moves items. The page works without it. */
"use strict";
(() => {
  const form = document.querySelector("form[data-quiz]");
  const check = document.querySelector("[data-quiz-check]");
  const over = document.querySelector("[data-quiz-over]");
  const clock = document.getElementById("quiz-time");
  const skew = clock ? Number(clock.dataset.now) - Date.now() : 0;
  const now = () => Date.now() + skew;

  const live = document.createElement("p");
  live.className = "visually-hidden";
  live.setAttribute("role", "status");
  document.querySelector("main").append(live);

  /* Said, and shown for some seconds where live.js runs. */
  const announce = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: { value: text } }));
  const whisper = (text) => {
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 50);
  };

  /* -- what is not on the server yet, kept in this tab alone ------------------------------------------------------- */

  const drafts = {
    read(key) {
      try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
    },
    write(key, draft) {
      try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* full or forbidden: the page still has it */ }
    },
    drop(key) {
      try { sessionStorage.removeItem(key); } catch { /* as above */ }
    },
    of(attempt) {
      try { return Object.keys(sessionStorage).filter((key) => key.startsWith(`quiz:${attempt}:`)); } catch { return []; }
    },
  };

  const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const post = (url, fields, signal) => {
    const body = new URLSearchParams([...fields, ["csrfmiddlewaretoken", csrf()]]).toString();
    /* Browsers take 64 KB at most of what outlives its page. */
    const outlives = body.length < 60_000;
    return fetch(url, {
      method: "POST",
      headers: { "X-Requested-With": "fetch", "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body,
      redirect: "manual",
      keepalive: outlives,
      signal,
    });
  };

  /* Answers of other questions that were left without a connection. True if any was sent. */
  async function sendOthers(attempt, base, own) {
    let sent = false;
    for (const key of drafts.of(attempt)) {
      const draft = drafts.read(key);
      if (key === own) continue;
      if (!draft || draft.posted) { drafts.drop(key); continue; }
      try {
        const response = await post(`${base}${key.split(":")[2]}/`, draft.fields);
        if ([200, 404, 409, 422].includes(response.status)) { drafts.drop(key); sent = true; }
      } catch { return sent; }
    }
    return sent;
  }

  if (over) for (const key of drafts.of(over.dataset.quizOver)) drafts.drop(key);
  if (check) {
    sendOthers(check.dataset.quizCheck, check.dataset.url.replace(/check\/$/, ""), "").then((sent) => {
      if (sent) location.reload();
    });
  }

  /* -- items to order ----------------------------------------------------------------------------------------------- */

  function ordering(list) {
    const words = list.dataset;
    const items = () => [...list.children];
    const menu = (item) => item.querySelector("select");
    const moves = new Map();
    let dragged = null;
    let isPlaced = false;

    const keep = document.createElement("button");
    keep.type = "button";
    keep.className = "button";
    keep.textContent = words.keep;
    keep.addEventListener("click", () => {
      place();
      moves.get(items()[0]).down.focus();
      whisper(words.kept);
    });

    function show() {
      items().forEach((item, index, all) => {
        item.querySelector(".quiz-order-number").textContent = isPlaced ? `${index + 1}.` : "–";
        moves.get(item).up.setAttribute("aria-disabled", String(index === 0));
        moves.get(item).down.setAttribute("aria-disabled", String(index === all.length - 1));
      });
      keep.hidden = isPlaced;
    }

    function place() {
      isPlaced = true;
      items().forEach((item, index) => { menu(item).value = String(index + 1); });
      show();
      const open = document.getElementById("quiz-open");
      if (open) open.remove();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function say(item) {
      const at = items().indexOf(item) + 1;
      const text = item.querySelector("[data-words]").textContent.trim();
      whisper(words.moved.replace("{item}", text).replace("{place}", at).replace("{count}", items().length));
    }

    function move(item, by, button) {
      const all = items();
      const other = all[all.indexOf(item) + by];
      if (other) {
        if (by < 0) other.before(item); else other.after(item);
        place();
        button.focus();
      }
      say(item);
    }

    function button(item, by, sign, label) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "quiz-move";
      const hidden = document.createElement("span");
      hidden.className = "visually-hidden";
      hidden.textContent = `${label}: ${item.querySelector("[data-words]").textContent.trim()}`;
      const arrow = document.createElement("span");
      arrow.setAttribute("aria-hidden", "true");
      arrow.textContent = sign;
      made.append(arrow, hidden);
      made.addEventListener("click", () => move(item, by, made));
      return made;
    }

    for (const item of items()) {
      const number = document.createElement("span");
      number.className = "quiz-order-number";
      item.prepend(number);
      item.querySelector(".quiz-place").hidden = true;
      const box = document.createElement("span");
      box.className = "quiz-moves";
      const pair = { up: button(item, -1, "↑", words.up), down: button(item, 1, "↓", words.down) };
      moves.set(item, pair);
      box.append(pair.up, pair.down);
      item.append(box);
      item.draggable = true;
      item.addEventListener("dragstart", (event) => {
        dragged = item;
        event.dataTransfer.effectAllowed = "move";
        item.classList.add("is-dragged");
      });
      item.addEventListener("dragend", () => {
        item.classList.remove("is-dragged");
        dragged = null;
        place();
        say(item);
      });
    }
    list.addEventListener("dragover", (event) => {
      const target = event.target.closest("[data-item]");
      if (!dragged) return;
      event.preventDefault();
      if (!target || target === dragged) return;
      const box = target.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) target.before(dragged); else target.after(dragged);
    });
    list.classList.add("is-moving");
    list.after(keep);
    document.getElementById("quiz-hint").textContent = words.hint;

    /* As the menus say: at the beginning, and after an answer that was kept is filled in. */
    return () => {
      const values = items().map((item) => Number(menu(item).value));
      isPlaced = values.every(Boolean) && new Set(values).size === values.length;
      if (isPlaced) list.append(...items().sort((a, b) => menu(a).value - menu(b).value));
      show();
    };
  }

  const list = form && form.querySelector("[data-order]");
  const sort = list ? ordering(list) : () => {};
  sort();

  /* -- saving ------------------------------------------------------------------------------------------------------- */

  let flush = () => Promise.resolve(true);

  function saving() {
    const words = form.dataset;
    const key = `quiz:${words.quiz}:${words.number}`;
    const base = words.url.replace(/\d+\/$/, "");
    const savedLine = document.getElementById("quiz-saved");
    const problem = document.getElementById("quiz-problem");
    const error = document.getElementById("quiz-error");
    const read = document.getElementById("quiz-read");
    const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    const state = () => JSON.stringify(fields());
    let saved = state();
    let isLost = false;
    let sending = null;
    let stop = null;
    let tries = 0;
    let later = 0;
    let waiting = 0;

    function trouble(text, link) {
      const box = document.createElement("div");
      box.className = "notice is-due";
      const line = document.createElement("p");
      line.textContent = text;
      if (link) {
        const anchor = document.createElement("a");
        anchor.href = words.signIn;
        anchor.textContent = words.signInWords;
        line.append(" ", anchor);
      }
      box.append(line);
      problem.replaceChildren(box);
      savedLine.textContent = "";
    }

    function lost() {
      if (!isLost) trouble(words.lost);
      isLost = true;
      clearTimeout(later);
      later = setTimeout(() => save(false), Math.min(60, 2 ** tries) * 1000);
      tries += 1;
    }

    function mark(field, text) {
      const hidden = document.createElement("span");
      hidden.className = "visually-hidden";
      hidden.textContent = `${words.errorWord} `;
      error.replaceChildren(...(text ? [hidden, text] : []));
      error.hidden = !text;
      form.querySelector(".quiz-question").classList.toggle("is-wrong", Boolean(text));
      const control = form.elements[field];
      if (control && control.type !== "hidden" && control.setAttribute) {
        const names = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
        if (text) names.add("quiz-error"); else names.delete("quiz-error");
        control.setAttribute("aria-describedby", [...names].join(" "));
        if (text) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
      }
      if (text) whisper(`${words.errorWord} ${text}`);
    }

    async function answered(response, sent, isLoud) {
      if (response.type === "opaqueredirect") {
        isLost = true;
        trouble(words.signedOut, true);
        return false;
      }
      if (response.status >= 500 || response.status === 429) {
        lost();
        return false;
      }
      if (response.status === 200) {
        const body = await response.json();
        if (isLost) {
          problem.replaceChildren();
          announce(`${words.back} ${body.words}`);
        }
        isLost = false;
        tries = 0;
        saved = sent;
        if (state() === sent) drafts.drop(key);
        savedLine.textContent = body.words;
        if (read) read.textContent = body.read || "";
        if (!error.hidden) for (const name of ["number", "text", ""]) mark(name, "");
        if (clock && body.until) clock.dataset.until = String(body.until);
        return true;
      }
      const body = response.status === 409 || response.status === 422 ? await response.json() : {};
      if (body.over) {
        drafts.drop(key);
        location.assign(body.over);
      } else if (response.status === 422) {
        if (isLost) problem.replaceChildren();
        isLost = false;
        if (isLoud) mark(body.field, body.error);
      } else {
        trouble(body.error || words.failed);
      }
      return false;
    }

    async function once(isLoud, isForced) {
      const sent = state();
      if (sent === saved && !isLost && !isForced) return true;
      clearTimeout(later);
      stop = new AbortController();
      let response;
      try {
        response = await post(words.url, JSON.parse(sent), stop.signal);
      } catch {
        if (!stop.signal.aborted) lost();
        return false;
      }
      return answered(response, sent, isLoud);
    }

    /* One after another, or an older answer could arrive last. */
    function save(isLoud, isForced = false) {
      clearTimeout(waiting);
      sending = (sending || Promise.resolve()).then(() => once(isLoud, isForced));
      return sending;
    }

    function changed(isLoud, wait) {
      drafts.write(key, { at: now(), fields: fields() });
      clearTimeout(waiting);
      if (!wait) save(isLoud);
      else waiting = setTimeout(() => save(isLoud), wait);
    }

    function fill(kept) {
      for (const control of form.elements) {
        if (!control.name || ["hidden", "submit", "file"].includes(control.type)) continue;
        const values = kept.filter(([name]) => name === control.name).map(([, value]) => value);
        if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
        else control.value = values[0] || "";
      }
      sort();
    }

    function restore() {
      const draft = drafts.read(key);
      if (!draft) return;
      const token = draft.fields.find(([name]) => name === "question");
      const isOurs = token && token[1] === form.elements.question.value;
      if (!isOurs || words.kept || Number(words.savedAt || 0) >= draft.at) {
        drafts.drop(key);
        return;
      }
      fill(draft.fields);
      save(true);
    }

    form.addEventListener("input", (event) => {
      if (event.target.matches("input[type=text], textarea")) changed(false, 1000);
    });
    form.addEventListener("change", () => changed(true, 0));
    window.addEventListener("online", () => { if (isLost) save(false); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(false); });
    form.addEventListener("submit", (event) => {
      if (isLost || navigator.onLine === false) {
        event.preventDefault();
        const pressed = event.submitter;
        save(true, true).then((done) => { if (done) form.requestSubmit(pressed); });
        return;
      }
      clearTimeout(waiting);
      if (stop) stop.abort();
      if (state() !== saved) drafts.write(key, { at: now(), fields: fields(), posted: true });
    });
    flush = () => save(false);
    restore();
    sendOthers(words.quiz, base, key);
  }

  if (form && form.dataset.saves) saving();

  /* -- time --------------------------------------------------------------------------------------------------------- */

  function timing() {
    const words = clock.dataset;
    const counter = clock.querySelector("[data-counter]");
    const page = (form || check).dataset.url;
    let before = Number(words.until) - now();
    let isFlushed = false;
    let isOver = false;

    function tick() {
      const left = Number(words.until) - now();
      const minutes = Math.max(0, Math.ceil(left / 60_000));
      const text = words.left.replace("{n}", minutes);
      if (counter && counter.textContent !== text) counter.textContent = text;
      for (const each of [10, 5, 1]) {
        if (before > each * 60_000 && left <= each * 60_000 && left > 0) announce(clock.getAttribute(`data-say-${each}`));
      }
      before = left;
      if (left < 3000 && !isFlushed) {
        isFlushed = true;
        flush();
      }
      if (left <= 0 && !isOver) {
        isOver = true;
        clock.textContent = words.over;
        announce(words.over);
        /* The server decides: it hands in, or knows of more time. */
        setTimeout(() => location.assign(page), 1500);
      }
    }
    tick();
    setInterval(tick, 1000);
  }

  if (clock && (form || check)) timing();
})();
