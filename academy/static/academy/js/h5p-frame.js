/* Inside the player's frame, before H5P core: what core expects to find, and all talk with the page round it.
   The frame has an opaque origin. What a library here may do is what this file passes on, and the page checks that too.
   It stands in the frame's page itself. Chromium keeps no file for a frame with an opaque origin: fifty to two hundred
   would come anew each time. So the page round it fetches them, which are kept for it, and hands them in. */
"use strict";
(() => {
  const page = window.parent;
  const home = location.origin; /* of the address; the document's own origin is opaque */
  const script = document.currentScript.nonce;
  const integration = JSON.parse(document.getElementById("integration").textContent);
  const files = JSON.parse(document.getElementById("files").textContent);
  const content = Object.values(integration.contents)[0];
  const id = Number(Object.keys(integration.contents)[0].slice(4));
  const parse = JSON.parse;
  const stringify = JSON.stringify;
  const listen = window.addEventListener.bind(window);
  const post = page.postMessage.bind(page);
  let nonce = "";

  const tell = (type, more) => post({ academy: "h5p", type, nonce, ...more }, home);

  /* Reading window.localStorage throws here. Core and many libraries read it; for them it lasts as long as the page. */
  function storage() {
    const kept = new Map();
    const methods = {
      getItem: (name) => kept.get(String(name)) ?? null,
      setItem: (name, value) => { kept.set(String(name), String(value)); },
      removeItem: (name) => { kept.delete(String(name)); },
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
    };
    return new Proxy(methods, {
      get: (all, name) => (name === "length" ? kept.size : all[name] ?? kept.get(name)),
      set: (all, name, value) => { kept.set(String(name), String(value)); return true; },
      has: (all, name) => name in all || kept.has(name),
      deleteProperty: (all, name) => { kept.delete(name); return true; },
      ownKeys: () => [...kept.keys()],
      getOwnPropertyDescriptor: (all, name) =>
        kept.has(name) ? { value: kept.get(name), enumerable: true, configurable: true, writable: true } : undefined,
    });
  }
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { value: storage(), configurable: true });
  }

  window.H5PIntegration = integration;
  /* Core would begin at once; the page has to say first where somebody left off. */
  window.H5P = Object.assign(window.H5P || {}, { preventInit: true });

  /* -- files: handed in by the page, under the addresses that they have ------------------------------------------------ */

  const handed = new Map(); /* address: text, or the address of a blob */
  const full = (address) => { try { return new URL(address, document.baseURI).href; } catch { return String(address); } };
  const local = (address) => {
    const found = handed.get(full(address));
    return found && found.startsWith("blob:") ? found : address;
  };

  function take(list) {
    for (const [address, what] of list) {
      handed.set(full(address), typeof what === "string" ? what : URL.createObjectURL(what));
    }
  }

  /* Style sheets lose their address here, so addresses in them are written out. */
  function styled(address) {
    const sheet = document.createElement("style");
    const whole = (reference) => full(new URL(reference, full(address)).href);
    sheet.textContent = handed.get(full(address))
      .replace(/url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s][^)]*?))\s*\)/g, (all, double, single, bare) => {
        const reference = double ?? single ?? bare;
        if (/^(?:data:|blob:|#)/.test(reference)) return all;
        try { return `url("${local(whole(reference)).replaceAll('"', "%22")}")`; } catch { return all; }
      })
      .replace(/(@import\s+)(["'])([^"']+)\2/g, (all, word, quote, reference) => {
        try { return `${word}"${whole(reference)}"`; } catch { return all; }
      });
    document.head.append(sheet);
  }

  /* Libraries ask for the script that runs, to find their own files beside it. */
  const running = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get;
  const origins = new WeakMap();
  Object.defineProperty(document, "currentScript", {
    configurable: true,
    get: () => origins.get(running.call(document)) || running.call(document),
  });
  function run(address) {
    const element = document.createElement("script");
    const origin = document.createElement("script"); /* never part of the page: it only has the address */
    origin.src = full(address);
    origins.set(element, origin);
    element.nonce = script;
    element.text = `${handed.get(full(address))}\n//# sourceURL=${full(address)}`;
    document.head.append(element);
  }

  /* What was loaded in spite of that (fonts, pictures) is told to the page, which hands it in the next time. */
  const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...source,
    set(address) { source.set.call(this, local(address)); },
  });
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    setAttribute.call(this, name, name === "src" && this instanceof HTMLImageElement ? local(value) : value);
  };
  function tellUsed() {
    const used = new Set();
    let waiting = 0;
    new PerformanceObserver((list) => {
      for (const each of list.getEntries()) {
        if (/^https?:/.test(each.name)) used.add(each.name);
      }
      clearTimeout(waiting);
      waiting = setTimeout(() => { tell("used", { files: [...used] }); used.clear(); }, 500);
    }).observe({ type: "resource", buffered: true });
  }

  /* -- links lead out of the frame: the page asks first ------------------------------------------------------------- */

  function leave(href) {
    let target;
    try { target = new URL(href, document.baseURI); } catch { return; }
    if (["http:", "https:"].includes(target.protocol)) tell("link", { href: target.href });
  }
  window.open = (href) => { leave(href); return null; };
  listen("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || event.defaultPrevented) return;
    const isHere = link.href.split("#")[0] === location.href.split("#")[0];
    if (isHere || link.protocol === "javascript:") return;
    event.preventDefault();
    leave(link.href);
  });

  /* -- states: the page keeps them ------------------------------------------------------------------------------------ */

  function keepStates() {
    const states = () => (content.contentUserData ||= {});
    H5P.getUserData = (contentId, dataType, done, subContentId) => {
      const kept = (states()[subContentId || 0] || {})[dataType];
      if (kept === undefined) { done(undefined, undefined); return; }
      let value;
      try { value = parse(kept); } catch (error) { done(error); return; }
      done(undefined, value);
    };
    H5P.setUserData = (contentId, dataType, data, options) => {
      const subContentId = (options && options.subContentId) || 0;
      let value;
      try { value = stringify(data); } catch (error) {
        if (options && options.errorCallback) options.errorCallback(error);
        return;
      }
      const own = (states()[subContentId] ||= {});
      if (value === undefined || value === own[dataType]) return;
      own[dataType] = value;
      tell("state", { dataType, subContentId: String(subContentId), value });
    };
    H5P.deleteUserData = (contentId, dataType, subContentId) => {
      const own = states()[subContentId || 0];
      if (own) delete own[dataType];
      tell("state", { dataType, subContentId: String(subContentId || 0), value: null });
    };
  }

  /* Core asks every ten seconds, and when the page is left: by then nobody may be listening any more. So also soon
     after each thing that somebody did. */
  let saving = 0;
  function save() {
    clearTimeout(saving);
    saving = 0;
    if (!integration.saveFreq) return;
    for (const instance of H5P.instances) {
      if (typeof instance.getCurrentState !== "function") continue;
      let state;
      try { state = instance.getCurrentState(); } catch { continue; }
      if (state !== undefined) H5P.setUserData(instance.contentId, "state", state);
    }
  }
  const saveSoon = () => { saving ||= setTimeout(save, 1000); };

  /* -- what is done ------------------------------------------------------------------------------------------------- */

  let hasInteracted = false;
  const CONTROLS = "a, button, input, select, textarea, summary, label, audio, video, [role], [tabindex], [draggable=true]";

  /* Some types say nothing of what is done in them: then it is said for them, once. */
  function interacted(event) {
    if (!event.isTrusted) return;
    saveSoon();
    if (hasInteracted || (event.type === "click" && !event.target.closest(CONTROLS))) return;
    hasInteracted = true;
    const instance = H5P.instances[0];
    if (instance && instance.createXAPIEventTemplate) {
      tell("interacted", { statement: plain(instance.createXAPIEventTemplate("interacted").data.statement) });
    } else {
      tell("interacted", {
        statement: { verb: { id: "http://adlnet.gov/expapi/verbs/interacted" }, object: { id: content.url } },
      });
    }
  }

  /* Statements are live objects; a message holds plain ones. */
  const plain = (value) => parse(stringify(value));

  /* -- size --------------------------------------------------------------------------------------------------------- */

  let height = 0;
  function measure() {
    const now = Math.ceil(document.body.scrollHeight);
    if (now === height) return;
    height = now;
    tell("resize", { height });
  }
  function resized() {
    for (const instance of H5P.instances) H5P.trigger(instance, "resize");
  }

  /* -- beginning ---------------------------------------------------------------------------------------------------- */

  let hasBegun = false;
  let isPlaying = false;
  function load(said) {
    if (hasBegun) return;
    hasBegun = true;
    nonce = String(said.nonce || "");
    take(said.files || []);
    try {
      files.styles.forEach(styled);
      files.scripts.forEach(run);
      /* Behind what core does when the page is ready. */
      H5P.jQuery(() => begin(said));
    } catch (error) {
      console.error(error);
      tell("failed");
    }
  }

  function begin(said) {
    if (said.iri) content.url = String(said.iri);
    content.contentUserData = said.state && typeof said.state === "object" ? said.state : {};
    keepStates();
    H5P.externalDispatcher.on("xAPI", (event) => {
      const statement = plain(event.data.statement);
      if (/\/interacted$/.test((statement.verb || {}).id || "")) hasInteracted = true;
      tell("xapi", { statement });
      saveSoon();
    });
    H5P.externalDispatcher.on("domChanged", measure);
    document.body.style.height = "auto";
    document.body.style.overflow = "hidden";
    const path = H5P.getPath;
    H5P.getPath = (...about) => local(path.apply(H5P, about));
    try {
      H5P.init(document.body);
    } catch (error) {
      console.error(error);
      tell("failed");
      return;
    }
    if (!H5P.instances.length) { tell("failed"); return; }
    for (const type of ["click", "input", "change", "drop"]) listen(type, interacted, true);
    listen("keyup", saveSoon, true);
    new ResizeObserver(measure).observe(document.querySelector(".h5p-content"));
    let width = window.innerWidth;
    let waiting = 0;
    listen("resize", () => {
      /* Our own page makes the frame higher: no news for the content, which might answer with more height. */
      if (window.innerWidth === width && !document.documentElement.classList.contains("is-full")) return;
      width = window.innerWidth;
      clearTimeout(waiting);
      waiting = setTimeout(resized, 50);
    });
    measure();
    setTimeout(() => { resized(); measure(); }, 300);
    isPlaying = true;
    tell("playing");
    tellUsed();
  }

  listen("message", (event) => {
    if (event.source !== page || page === window) return;
    const said = event.data;
    if (!said || said.academy !== "h5p") return;
    if (said.type === "hello") load(said);
    if (said.type === "save" && isPlaying) save();
    if (said.type === "fullscreen" && isPlaying) {
      /* On a full screen what is longer has to scroll. */
      document.documentElement.classList.toggle("is-full", Boolean(said.on));
      document.body.style.overflow = said.on ? "auto" : "hidden";
      setTimeout(resized, 100);
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (page !== window) tell("ready", { files: [...files.styles, ...files.scripts, ...files.fonts], content: content.contentUrl });
  });
})();
