/* A library that looks at what H5P core promises its libraries, and writes down what it found. */
var H5P = window.H5P = window.H5P || {};
H5P.Contract = (function (beside) {
  "use strict";
  function Contract(params, id, extras) {
    H5P.EventDispatcher.call(this);
    const self = this;
    const answer = (request) => new Promise((resolve, reject) => { request.done(resolve).fail(() => reject(new Error("failed"))); });
    const looks = {
      params: () => params.text,
      metadata: () => extras.metadata.title,
      "a function built from words": () => new Function("return 'built'")(),
      "its own folder": () => H5P.getLibraryPath(self.libraryInfo.versionedNameNoSpaces).replace(/[0-9a-f]{12}/, "x"),
      "beside its script": () => new URL("data.json", beside).pathname.replace(/[0-9a-f]{12}/, "x"),
      "a file of its own by XHR": () => answer(H5P.jQuery.getJSON(`${H5P.getLibraryPath("H5P.Contract-1.0")}/data.json`)).then((data) => data.word),
      "a file of the content by XHR, said to be a script": () => answer(H5P.jQuery.ajax({
        url: H5P.getPath("words.json", id), dataType: "json", headers: { "X-Requested-With": "XMLHttpRequest" },
      })).then((data) => data.word),
      "a part of a file": () => fetch(H5P.getPath("words.json", id), { headers: { Range: "bytes=0-3" } }).then((part) => `${part.status} ${part.headers.get("Content-Range")}`),
      "a picture by its style sheet": async () => {
        const dot = document.createElement("div");
        dot.className = "contract-dot";
        document.body.append(dot);
        const address = getComputedStyle(dot).backgroundImage.slice(5, -2);
        dot.remove();
        return (await fetch(address)).ok;
      },
      "core's words": () => [H5P.t("close"), H5P.t("fullscreen"), H5P.t("confirmLabel")].join(", "),
      "the language of the page": () => document.documentElement.lang,
      storage: () => { localStorage.setItem("a", 1); localStorage.b = 2; return [localStorage.getItem("a"), localStorage.b, localStorage.length].join(); },
      "user data": () => new Promise((resolve) => {
        H5P.setUserData(id, "mine", { word: "kept" });
        H5P.getUserData(id, "mine", (error, data) => resolve(data.word));
      }),
      "no user data": () => new Promise((resolve) => { H5P.getUserData(id, "nothing", (error, data) => resolve(String(data))); }),
      "the scripts that are loaded": () => [H5P.jsLoaded(H5PIntegration.loadedJs[0]), H5PIntegration.loadedJs.length].join(),
      started: () => { self.setActivityStarted(); return "started"; },
      "a library within": () => {
        const part = H5P.newRunnable({ library: "H5P.Part 1.0", params: {}, subContentId: H5P.createUUID() }, id, H5P.jQuery("<div>"), true);
        return part.says();
      },
    };
    this.attach = async ($container) => {
      const list = H5P.jQuery("<dl>").appendTo($container.append('<span class="fa contract-font">x</span>'));
      for (const [name, look] of Object.entries(looks)) {
        let found;
        try { found = await look(); } catch (error) { found = `failed: ${error.message}`; }
        list.append(H5P.jQuery("<dt>").text(name), H5P.jQuery("<dd>").text(String(found)));
      }
      list.append(H5P.jQuery("<dt>").text("the end"));
    };
  }
  return Contract;
}(document.currentScript.src));
