/* H5P.CircularLadder on the page: built once by `attach`, brought up to date by `render` from what the object knows. */
(function () {
  "use strict";

  var proto = H5P.CircularLadder.prototype;
  var LIST = {role: "list"}; // Safari takes a list without marks for none

  /** An element with its class, text, attributes and children. */
  function element(tag, className, text, attributes) {
    var made = document.createElement(tag);
    if (className) {
      made.className = className;
    }
    if (text !== undefined) {
      made.textContent = text;
    }
    Object.keys(attributes || {}).forEach(function (name) {
      made.setAttribute(name, attributes[name]);
    });
    return made;
  }

  function into(parent, children) {
    children.forEach(function (child) { parent.appendChild(child); });
    return parent;
  }

  /** Core hands over the place to be in, as a jQuery collection. */
  proto.attach = function ($container) {
    var root = $container.get ? $container.get(0) : $container;
    root.classList.add("h5p-circular-ladder");
    root.textContent = "";
    this.view = {root: root};

    var task = element("div", "cl-task");
    task.innerHTML = this.task; // rich text by its semantics
    task.hidden = !task.textContent.trim();
    var how = into(element("p", "cl-how", this.words.how + " "), [element("span", "cl-how-drag", this.words.howDrag)]);
    var board = into(element("div", "cl-board"), [this.buildLadder(), this.buildPurchases()]);
    into(root, [task, how, board, this.buildFoot()]);

    this.setActivityStarted();
    this.watchPointer(root);
    this.render();
  };

  proto.buildLadder = function () {
    var view = this.view;
    var rungs = element("ol", "cl-rungs", undefined, LIST);
    view.rungs = this.rungs.map(function (rung) {
      var name = into(element("p", "cl-bar"), [element("strong", "", rung.code), document.createTextNode(" " + rung.label)]);
      var placed = element("ul", "cl-placed", undefined, LIST);
      rungs.appendChild(into(element("li", "cl-rung", undefined, {"data-rung": rung.code}), [name, placed]));
      return {code: rung.code, placed: placed};
    });
    return into(element("section", "cl-ladder", undefined, {"aria-labelledby": this.key + "-ladder"}), [
      element("h2", "cl-heading", this.words.ladder, {id: this.key + "-ladder"}),
      element("p", "cl-end", this.words.most),
      rungs,
      element("p", "cl-end", this.words.least)
    ]);
  };

  proto.buildPurchases = function () {
    var self = this;
    var items = element("ol", "cl-list", undefined, LIST);
    this.view.items = this.purchases.map(function (purchase, index) {
      var item = self.buildPurchase(purchase, index);
      items.appendChild(item.root);
      return item;
    });
    return into(element("section", "cl-purchases", undefined, {"aria-labelledby": this.key + "-purchases"}), [
      element("h2", "cl-heading", this.words.purchases, {id: this.key + "-purchases"}),
      items
    ]);
  };

  proto.buildPurchase = function (purchase, index) {
    var self = this;
    var id = this.key + "-" + index;
    var select = element("select", "cl-select", undefined, {id: id});
    select.appendChild(element("option", "", this.words.choose, {value: ""}));
    this.rungs.forEach(function (rung) {
      select.appendChild(element("option", "", self.nameOf(rung.code), {value: rung.code}));
    });
    select.addEventListener("change", function () { self.place(index, select.value); });

    var number = into(element("span", "cl-handle", undefined, {"data-drag": index}), [element("span", "cl-number", String(index + 1))]);
    var label = element("label", "cl-label", purchase.text, {"for": id});
    var verdict = element("p", "cl-verdict");
    var chosen = element("p", "cl-chosen");
    var answer = element("p", "cl-answer", H5P.CircularLadder.fill(this.words.rightRung, {rung: this.nameOf(purchase.rung)}));
    var feedback = element("p", "cl-feedback", purchase.feedback);
    var words = into(element("div", "cl-words"), [label, select, chosen, verdict, answer, feedback]);
    var root = into(element("li", "cl-purchase"), [number, words]);
    return {root: root, select: select, verdict: verdict, chosen: chosen, answer: answer, feedback: feedback};
  };

  proto.buildFoot = function () {
    var view = this.view;
    view.count = element("p", "cl-count");
    view.result = element("div", "cl-result", undefined, {tabindex: "-1"});
    view.score = element("p", "cl-score");
    view.shown = element("p", "cl-shown", this.words.shown);
    into(view.result, [view.score, view.shown]);
    view.check = this.button("cl-button cl-button-primary", this.words.check, this.check);
    view.solve = this.button("cl-button", this.words.showSolution, this.solve);
    view.retry = this.button("cl-button", this.words.retry, this.retry);
    view.said = element("p", "cl-said is-hidden", "", {role: "status"});
    var buttons = into(element("div", "cl-buttons"), [view.check, view.retry, view.solve]);
    return into(element("div", "cl-foot"), [view.count, view.result, view.said, buttons]);
  };

  proto.button = function (className, text, act) {
    var made = element("button", className, text, {type: "button"});
    made.addEventListener("click", act.bind(this));
    return made;
  };

  // -- bringing the page up to date ---------------------------------------------------------------------------------

  proto.render = function () {
    var view = this.view;
    if (!view) {
      return; // a parent may reset what it has not attached yet
    }
    var score = this.getScore();
    var total = this.getMaxScore();
    var placed = this.placed.filter(Boolean).length;
    view.root.classList.toggle("is-checked", this.checked);
    this.purchases.forEach(function (purchase, index) { this.renderPurchase(index); }, this);
    this.renderLadder();

    view.count.textContent = H5P.CircularLadder.fill(this.words.count, {placed: placed, total: total});
    view.count.hidden = this.checked;
    view.result.hidden = !this.checked;
    view.score.textContent = H5P.CircularLadder.fill(this.words.score, {score: score, total: total});
    view.shown.hidden = !this.solved;
    view.check.hidden = this.checked || this.buttonsHidden;
    view.retry.hidden = !this.checked || !this.mayRetry || this.buttonsHidden;
    view.solve.hidden = !this.checked || !this.maySolve || this.solved || score === total || this.buttonsHidden;
    this.say("");
  };

  proto.renderPurchase = function (index) {
    var item = this.view.items[index];
    var code = this.placed[index];
    var right = this.isRight(index);
    item.root.className = "cl-purchase" + (code ? " is-placed" : "") + (this.checked ? " " + this.verdictClass(index) : "");
    item.select.value = code;
    item.select.hidden = this.checked;
    item.chosen.hidden = !this.checked || !code;
    item.chosen.textContent = H5P.CircularLadder.fill(this.words.yourRung, {rung: this.nameOf(code)});
    item.verdict.hidden = !this.checked;
    item.verdict.textContent = right ? this.words.right : code ? this.words.wrong : this.words.unplaced;
    item.answer.hidden = !this.solved || right;
    // Why: nobody should read it who has not tried yet.
    item.feedback.hidden = !item.feedback.textContent || !(this.solved || (this.checked && code));
  };

  proto.verdictClass = function (index) {
    return this.isRight(index) ? "is-right" : this.placed[index] ? "is-wrong" : "is-open";
  };

  /** The ladder mirrors the menus. */
  proto.renderLadder = function () {
    this.view.rungs.forEach(function (rung) {
      rung.placed.textContent = "";
      this.placed.forEach(function (code, index) {
        if (code === rung.code) {
          var className = "cl-chip" + (this.checked ? " " + this.verdictClass(index) : "");
          rung.placed.appendChild(into(element("li", className, undefined, {"data-drag": index}), [
            element("span", "cl-number", String(index + 1)),
            element("span", "cl-chip-words", this.purchases[index].text)
          ]));
        }
      }, this);
      rung.placed.hidden = !rung.placed.firstChild;
    }, this);
  };
}());
