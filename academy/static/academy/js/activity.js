/* Activities (H5P) in a lesson: puts the player in, keeps what is done in it, says how it stands.
   The player is code that somebody uploaded, in a frame with an opaque origin: what it says is checked here for where it
   comes from and for its shape, and by the server for what it means. Without this script a link leads to the page without
   the player. */
"use strict";
(() => {
  /* What the server takes; the rest of what H5P says is of no use to it. */
  const VERBS = ["attempted", "interacted", "progressed", "answered", "completed", "passed", "failed", "consumed", "consume"];
  const TALLEST = 20_000;
  const LONGEST_WAIT = 60_000;
  const SILENCE = 30_000; /* a player that has said nothing for so long is broken */

  const LISTED = 100; /* files of one activity that are remembered */
  const KEEPABLE = /\.(?:woff2?|ttf|otf|png|jpe?g|gif|webp|svg|bmp)(?:\?|$)/i;

  const learning = document.getElementById("learning");

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); /* plain http */
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* Asks the server; a redirect is the way to the sign-in page. */
  function ask(url, body, outlives = false) {
    const headers = { "Accept": "application/json", "X-Requested-With": "fetch" };
    const options = { headers, redirect: "manual", credentials: "same-origin" };
    if (body !== undefined) {
      options.method = "POST";
      options.body = JSON.stringify(body);
      headers["Content-Type"] = "application/json";
      if (learning) headers["X-CSRFToken"] = learning.dataset.csrf;
      /* Browsers take 64 KB at most of what outlives its page. */
      options.keepalive = outlives && options.body.length < 60_000;
    }
    return fetch(url, options);
  }
  const isSignedOut = (response) => response.type === "opaqueredirect" || response.status === 401 || response.status === 403;

  /* -- files of the player ----------------------------------------------------------------------------------------------
     Chromium keeps no file for a frame with an opaque origin; for this page it does. So the page fetches what the frame
     needs and hands it in: scripts and style sheets always, pictures and fonts once it has seen that they are used. */

  class Files {
    constructor(activity, places) {
      this.key = `academy:h5p:${activity}`;
      this.places = places.split(" "); /* where a frame may have something fetched from */
      this.content = "";
    }

    mayFetch(address) {
      const url = new URL(address, location.href);
      return this.places.some((place) => url.href.startsWith(new URL(place, location.href).href));
    }

    /* [[address, text or blob], ...]. Fails if one of `needed` is not to be had. */
    async fetch(needed, content) {
      this.content = new URL(content, location.href).href;
      const get = async (address) => {
        if (!this.mayFetch(address)) throw new Error("not a file of the player");
        const response = await fetch(address, { credentials: "omit" });
        if (!response.ok) throw new Error(`${response.status}`);
        return [address, /\.(?:js|css)$/.test(address.split("?")[0]) ? await response.text() : await response.blob()];
      };
      const [all, more] = await Promise.all([
        Promise.all(needed.map(get)),
        Promise.allSettled(this.known().map(get)),
      ]);
      return [...all, ...more.filter((each) => each.status === "fulfilled").map((each) => each.value)];
    }

    /* Addresses of content change each day: what is remembered is the path. */
    known() {
      try {
        const kept = JSON.parse(localStorage.getItem(this.key)) || [];
        return kept.map((path) => path.replace(/^@/, this.content));
      } catch { return []; }
    }

    remember(addresses) {
      const known = this.known();
      const more = addresses.filter((each) => KEEPABLE.test(each) && !known.includes(each) && this.mayFetch(each));
      if (!more.length) return;
      /* Read to its end, or it is not kept. */
      for (const address of more) fetch(address, { credentials: "omit", priority: "low" }).then((file) => file.blob()).catch(() => {});
      const paths = [...known, ...more].slice(-LISTED).map((each) => (each.startsWith(this.content) ? `@${each.slice(this.content.length)}` : each));
      try { localStorage.setItem(this.key, JSON.stringify(paths)); } catch { /* full or forbidden: fetched anew */ }
    }
  }

  /* -- what is to be sent: one after another, again and again until the server has it ------------------------------- */

  class Outbox {
    constructor(report) {
      this.report = report; /* (event, detail) */
      this.attempt = "";
      this.statements = []; /* {id, statement} in order */
      this.states = new Map(); /* the newest of each */
      this.isSending = false;
      this.isStopped = false;
      this.tries = 0;
      this.timer = 0;
    }

    open(playing) {
      this.attempt = this.first = playing.attempt;
      this.playing = playing;
      this.isStopped = false;
      if (this.statements.length || this.states.size) this.flush();
    }

    /* An attempt that was finished goes on as the next one, under another name. */
    address(url) { return url.split(this.first).join(this.attempt); }

    state(dataType, subContentId, value) {
      this.states.set(`${subContentId} ${dataType}`, { dataType, subContentId, value });
      this.flush(700);
    }

    statement(statement) {
      this.statements.push({ id: uuid(), statement });
      this.flush();
    }

    flush(wait = 0) {
      if (this.isSending || this.isStopped) return;
      if (this.timer && wait) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { this.timer = 0; this.send(); }, wait);
    }

    later(seconds) {
      const wait = seconds ? seconds * 1000 : Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries);
      this.tries += 1;
      this.report("lost");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { this.timer = 0; this.send(); }, wait);
    }

    async send() {
      if (this.isSending || this.isStopped) return;
      this.isSending = true;
      try {
        while (await this.one()) this.tries = 0;
      } finally {
        this.isSending = false;
      }
    }

    /* True if one was sent and the next can go. */
    async one() {
      const entry = this.statements[0];
      const key = entry ? null : this.states.keys().next().value;
      if (!entry && key === undefined) return false;
      const body = entry || this.states.get(key);
      const url = this.address(entry ? this.playing.statements : this.playing.state_url);
      let response;
      try { response = await ask(url, entry ? this.named(entry) : body); } catch { this.later(); return false; }
      if (isSignedOut(response)) {
        this.isStopped = true;
        this.report("signedOut");
        return false;
      }
      if (response.status === 429) {
        const wait = Number(response.headers.get("Retry-After"));
        if (wait) { this.later(wait); return false; }
      }
      if (response.status >= 500) { this.later(); return false; }
      if (entry) this.statements.shift();
      else if (this.states.get(key) === body) this.states.delete(key);
      /* No more of this is kept. But what ends the attempt always is, so the next is sent all the same. */
      if (response.status === 429) { this.report("full"); return true; }
      /* 409: sent before, and the answer was lost on the way. */
      if (!response.ok && response.status !== 409) { this.report("failed"); return true; }
      this.report("saved");
      if (entry && response.status === 201) {
        const answer = await response.json();
        if (answer.attempt) this.attempt = answer.attempt;
        this.report("answer", answer);
      }
      return true;
    }

    named(entry) {
      const statement = JSON.parse(this.address(JSON.stringify(entry.statement)));
      /* The server takes 32 KB: the words of a long task are not worth losing what was done. */
      if (statement.object && new Blob([JSON.stringify(statement)]).size > 30_000) delete statement.object.definition;
      return { id: entry.id, statement };
    }

    /* The page goes away: what is left goes without waiting for answers. Sent twice, it is kept once. */
    leave() {
      if (this.isStopped || !this.playing || !this.attempt) return;
      for (const entry of this.statements.slice(0, 20)) ask(this.address(this.playing.statements), this.named(entry), true).catch(() => {});
      for (const state of this.states.values()) ask(this.address(this.playing.state_url), state, true).catch(() => {});
    }
  }

  /* -- one activity --------------------------------------------------------------------------------------------------- */

  function activity(section) {
    const part = section.querySelector("[data-play]");
    if (!part) return;
    const words = part.dataset;
    const find = (name) => part.querySelector(`[data-${name}]`);
    const [stage, start, note, result, said] = ["stage", "start", "note", "result", "said"].map(find);
    const [trouble, leaving, fullScreen] = ["trouble", "leaving", "full-screen"].map(find);
    const outbox = new Outbox((event, detail) => reports[event](detail));
    let playing = null;
    let frame = null;
    let watch = 0;
    let isDone = false;
    let best = null;
    let isAnswered = false; /* the note is an answer's */
    const interacted = new Set();
    const files = new Files(section.dataset.activity, words.files);

    const say = (text) => { if (said.textContent !== text) said.textContent = text; };
    const show = (text, withLink = false) => {
      trouble.querySelector("[data-words]").textContent = text;
      const link = trouble.querySelector("[data-sign-in-link]");
      link.href = `${words.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
      link.hidden = !withLink;
      trouble.hidden = false;
      say("");
    };

    const reports = {
      lost: () => say(words.lost),
      saved: () => { trouble.hidden = true; say(words.saved); },
      failed: () => show(words.failed),
      full: () => show(words.full),
      signedOut: () => show(words.signedOut, true),
      answer: (answer) => {
        /* What an answer brought goes once the activity is done; what the start said (another language, renewed) stays. */
        if (answer.note || (answer.done && isAnswered)) {
          note.textContent = answer.note;
          note.hidden = !answer.note;
          isAnswered = Boolean(answer.note);
        }
        stand(answer.percent, answer.done, answer);
      },
    };

    /* How it stands, as the server says. */
    function stand(percent, done, answer) {
      if (typeof percent === "number") best = Math.max(best ?? 0, percent);
      const lines = [];
      if (done || isDone) lines.push(words.done);
      if (best !== null) lines.push(words.best.replace("{n}", best));
      const text = lines.join(" ");
      if (result.textContent !== text) result.textContent = text;
      const isNews = done && !isDone;
      isDone ||= Boolean(done);
      section.classList.toggle("is-done", isDone);
      if (isNews && answer) {
        document.dispatchEvent(new CustomEvent("academy:activity-done", {
          detail: { activity: section.dataset.activity, percent: best, certificate: answer.certificate || null },
        }));
      }
    }

    async function play(byHand) {
      if (playing) return;
      playing = {};
      observer.disconnect();
      start.disabled = true;
      say(words.loading);
      trouble.hidden = true;
      let response;
      try { response = await ask(words.play, learning ? {} : undefined); } catch { broken(words.broken); return; }
      if (!response.ok) {
        const answer = await response.json().catch(() => ({}));
        broken(answer.error || answer.note || (learning && isSignedOut(response) ? words.signedOut : words.broken), learning && isSignedOut(response));
        return;
      }
      playing = await response.json();
      note.textContent = playing.note || (playing.attempt ? "" : words.looking);
      note.hidden = !note.textContent;
      stand(playing.best, playing.done, null);
      if (playing.attempt) outbox.open(playing);
      put(byHand);
    }

    function broken(text, withLink = false) {
      clearTimeout(watch);
      playing = null;
      if (frame) frame.remove();
      frame = null;
      fullScreen.hidden = true;
      start.hidden = start.disabled = false;
      start.textContent = words.again;
      show(text, withLink);
    }

    function put(byHand) {
      const hadFocus = byHand || document.activeElement === start;
      frame = document.createElement("iframe");
      frame.className = "activity-frame";
      frame.title = stage.dataset.title;
      frame.setAttribute("sandbox", "allow-scripts");
      frame.setAttribute("allow", "fullscreen");
      frame.referrerPolicy = "no-referrer";
      frame.src = playing.frame;
      start.hidden = true;
      stage.append(frame);
      if (hadFocus) frame.focus();
      clearTimeout(watch);
      watch = setTimeout(() => broken(words.broken), SILENCE);
    }

    const hear = {
      async ready({ files: needed, content }) {
        const of = frame;
        if (playing.isReady) return;
        playing.isReady = true;
        let handed;
        try { handed = await files.fetch(needed.map(String), String(content)); } catch { if (frame === of) broken(words.broken); return; }
        if (frame !== of) return;
        frame.contentWindow.postMessage({
          academy: "h5p",
          type: "hello",
          nonce: playing.nonce,
          iri: playing.attempt ? playing.iri : "",
          state: playing.state || {},
          language: playing.language,
          files: handed,
        }, "*"); /* an opaque origin has no name */
      },
      used({ files: addresses }) { files.remember(addresses.map(String)); },
      playing() {
        clearTimeout(watch);
        say("");
        section.classList.add("is-playing");
        fullScreen.hidden = !document.fullscreenEnabled;
      },
      failed() { broken(words.broken); },
      xapi({ statement }) {
        if (!playing.attempt || !statement || typeof statement !== "object") return;
        const iri = String((statement.verb || {}).id || "");
        const verb = iri.slice(iri.lastIndexOf("/") + 1);
        if (!VERBS.includes(verb)) return;
        if (verb === "interacted") {
          /* Once for each part: how often a button was pressed tells nothing. */
          const of = String((statement.object || {}).id);
          if (interacted.has(of)) return;
          interacted.add(of);
        }
        outbox.statement(statement);
      },
      interacted(message) { hear.xapi(message); },
      state({ dataType, subContentId, value }) {
        if (!playing.attempt || typeof dataType !== "string") return;
        outbox.state(dataType, String(subContentId), value === null ? null : String(value));
      },
      resize({ height }) {
        if (!Number.isFinite(height) || height <= 0) return;
        const borders = frame.offsetHeight - frame.clientHeight;
        frame.style.blockSize = `${Math.min(height, TALLEST) + borders}px`;
      },
      link({ href }) {
        let target;
        try { target = new URL(href); } catch { return; }
        if (!["http:", "https:"].includes(target.protocol)) return;
        leaving.querySelector("[data-words]").textContent = words.link.replace("{host}", target.host);
        leaving.querySelector("[data-address]").textContent = target.href;
        leaving.querySelector("[data-open]").href = target.href;
        leaving.hidden = false;
        /* Only who was in the frame is led to the question. */
        if (document.activeElement === frame) leaving.focus();
      },
      fullscreen() { if (document.fullscreenEnabled) frame.requestFullscreen().catch(() => {}); },
    };

    /* From our own frame alone: its window, its opaque origin, and the nonce that only it was given. */
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== "null") return;
      const message = event.data;
      if (!message || message.academy !== "h5p" || !Object.hasOwn(hear, message.type)) return;
      if (!["ready", "failed"].includes(message.type) && message.nonce !== playing.nonce) return;
      hear[message.type](message);
    });

    const back = () => { leaving.hidden = true; if (frame) frame.focus(); };
    find("stay").addEventListener("click", back);
    find("open").addEventListener("click", () => setTimeout(back));
    leaving.addEventListener("keydown", (event) => { if (event.key === "Escape") back(); });
    fullScreen.addEventListener("click", () => hear.fullscreen());
    document.addEventListener("fullscreenchange", () => {
      if (!frame) return;
      frame.contentWindow.postMessage({ academy: "h5p", type: "fullscreen", on: document.fullscreenElement === frame }, "*");
    });
    window.addEventListener("online", () => outbox.flush());
    window.addEventListener("pagehide", () => outbox.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && frame) frame.contentWindow.postMessage({ academy: "h5p", type: "save" }, "*");
    });
    start.addEventListener("click", () => play(true));

    part.hidden = false;
    /* Half of the stage is in view: somebody has come to it. */
    const observer = new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) play(false); }, { threshold: 0.5 });
    observer.observe(stage);
  }

  for (const section of document.querySelectorAll("[data-activity]")) activity(section);
})();
