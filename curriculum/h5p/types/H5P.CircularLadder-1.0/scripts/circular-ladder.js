/*
 * H5P.CircularLadder: the learner puts each purchase on a rung of the R-ladder.
 *
 * The menu at each purchase does everything, by keyboard, by touch and with a screen reader; dragging a purchase onto
 * the ladder is the same choice by pointer. No other library is needed; the contract of question types is kept
 * (https://h5p.org/documentation/developers/contracts), so that sets of questions can hold it.
 *
 * xAPI: `interacted` on each placing; `answered` on Check, as an interaction of the kind "matching" whose response is
 * "<index of the purchase>[.]<code of the rung>", joined by "[,]"; a purchase without a rung is left out.
 * State: {"placed": {"<index>": "<code>"}, "checked": boolean}.
 */
var H5P = window.H5P = window.H5P || {};

H5P.CircularLadder = (function () {
  "use strict";

  var WORDS = {
    how: "Choose a rung for each purchase.",
    howDrag: "Or drag a purchase by its number onto the ladder.",
    ladder: "The ladder",
    most: "Most value kept",
    least: "Least value kept",
    purchases: "Purchases",
    choose: "Choose a rung",
    count: "@placed of @total placed",
    moved: "Purchase @number is now on @rung.",
    removed: "Purchase @number is off the ladder.",
    check: "Check",
    retry: "Try again",
    showSolution: "Show the answers",
    placeOne: "Choose a rung for at least one purchase first.",
    score: "On the right rung: @score of @total.",
    right: "Right",
    wrong: "Not right",
    unplaced: "Not placed",
    yourRung: "Your rung: @rung",
    rightRung: "Right rung: @rung",
    shown: "The right rung stands at each purchase.",
    again: "All purchases are off the ladder again."
  };
  var QUIET = 600; // ms: arrow keys run through a menu; only where they rest is a placing
  var counter = 0;

  /** Plain fields of H5P hold escaped text ("Cups &amp; plates"); nothing in them is run or loaded. */
  function plain(value) {
    if (typeof value !== "string") {
      return "";
    }
    return new DOMParser().parseFromString(value, "text/html").documentElement.textContent.trim();
  }

  /** Rich text as plain text, its paragraphs and items kept apart. */
  function flat(html) {
    return plain(html.replace(/<\/(p|li|h\d)>/g, " ")).replace(/\s+/g, " ");
  }

  /** A sentence with its "@name" filled in. */
  function fill(sentence, values) {
    return sentence.replace(/@([a-z]+)/g, function (whole, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? String(values[name]) : whole;
    });
  }

  function list(value) {
    return Array.isArray(value) ? value.filter(function (item) { return item && typeof item === "object"; }) : [];
  }

  /**
   * @param {Object} params content.json: task, rungs, purchases, behaviour, l10n
   * @param {number|string} id of the content
   * @param {Object} [extras] previousState and what else core hands over
   */
  function CircularLadder(params, id, extras) {
    H5P.EventDispatcher.call(this);
    params = params || {};
    extras = extras || {};
    this.contentId = id;
    this.task = typeof params.task === "string" ? params.task : "";
    this.rungs = list(params.rungs).map(function (rung) {
      return {code: plain(rung.code), label: plain(rung.label)};
    });
    this.purchases = list(params.purchases).map(function (purchase) {
      return {text: plain(purchase.text), rung: plain(purchase.rung), feedback: plain(purchase.feedback)};
    });
    var behaviour = params.behaviour || {};
    this.mayRetry = behaviour.enableRetry !== false;
    this.maySolve = behaviour.enableSolutionsButton !== false;
    this.words = {};
    Object.keys(WORDS).forEach(function (name) {
      this.words[name] = plain((params.l10n || {})[name]) || WORDS[name];
    }, this);
    this.title = plain((extras.metadata || {}).title);
    this.key = "h5p-circular-ladder-" + (counter += 1);

    this.placed = this.purchases.map(function () { return ""; });
    this.checked = false; // points are given
    this.solved = false; // the answers are shown
    this.buttonsHidden = false; // a parent has buttons of its own
    this.pending = null; // a placing that is not told yet
    this.drag = null;
    this.restore(extras.previousState);
  }

  CircularLadder.prototype = Object.create(H5P.EventDispatcher.prototype);
  CircularLadder.prototype.constructor = CircularLadder;

  // -- state --------------------------------------------------------------------------------------------------------

  /** Takes up what `getCurrentState` gave, as far as it still fits the content. */
  CircularLadder.prototype.restore = function (state) {
    var placed = state && typeof state === "object" && state.placed && typeof state.placed === "object" ? state.placed : {};
    this.purchases.forEach(function (purchase, index) {
      if (typeof placed[index] === "string" && this.rungOf(placed[index])) {
        this.placed[index] = placed[index];
      }
    }, this);
    this.checked = Boolean(state && state.checked === true && this.getAnswerGiven());
  };

  CircularLadder.prototype.rungOf = function (code) {
    return this.rungs.filter(function (rung) { return rung.code === code; })[0];
  };

  CircularLadder.prototype.nameOf = function (code) {
    var rung = this.rungOf(code);
    return rung ? (rung.code + " " + rung.label).trim() : code;
  };

  CircularLadder.prototype.isRight = function (index) {
    return this.placed[index] !== "" && this.placed[index] === this.purchases[index].rung;
  };

  /** Puts a purchase on a rung, or with "" off the ladder. */
  CircularLadder.prototype.place = function (index, code) {
    if (this.checked || this.placed[index] === code) {
      return;
    }
    this.placed[index] = code;
    this.render();
    if (this.pending && this.pending.index !== index) {
      this.tellPlacing();
    }
    window.clearTimeout(this.pending && this.pending.timer);
    this.pending = {index: index, timer: window.setTimeout(this.tellPlacing.bind(this), QUIET)};
  };

  CircularLadder.prototype.tellPlacing = function () {
    if (this.pending) {
      window.clearTimeout(this.pending.timer);
      this.pending = null;
      this.triggerXAPI("interacted");
    }
  };

  // -- the contract of question types -------------------------------------------------------------------------------

  CircularLadder.prototype.getCurrentState = function () {
    var placed = {};
    this.placed.forEach(function (code, index) {
      if (code) {
        placed[index] = code;
      }
    });
    return {placed: placed, checked: this.checked};
  };

  CircularLadder.prototype.getAnswerGiven = function () {
    return this.placed.some(Boolean);
  };

  CircularLadder.prototype.getScore = function () {
    return this.purchases.filter(function (purchase, index) { return this.isRight(index); }, this).length;
  };

  CircularLadder.prototype.getMaxScore = function () {
    return this.purchases.length;
  };

  CircularLadder.prototype.getTitle = function () {
    return H5P.createTitle(this.title || flat(this.task) || "R-ladder");
  };

  /** A parent shows the answers: no points are told again, and the parent has the buttons. */
  CircularLadder.prototype.showSolutions = function () {
    this.checked = true;
    this.solved = true;
    this.buttonsHidden = true;
    this.render();
  };

  CircularLadder.prototype.resetTask = function () {
    window.clearTimeout(this.pending && this.pending.timer);
    this.pending = null;
    this.placed = this.purchases.map(function () { return ""; });
    this.checked = false;
    this.solved = false;
    this.buttonsHidden = false;
    this.render();
  };

  CircularLadder.prototype.getXAPIData = function () {
    return {statement: this.answeredEvent().data.statement};
  };

  /** The `answered` statement with the question, the response and the points. */
  CircularLadder.prototype.answeredEvent = function () {
    var event = this.createXAPIEventTemplate("answered");
    var definition = event.getVerifiedStatementValue(["object", "definition"]);
    // H5P says all words as "en-US", whatever their language: reports look for that key alone.
    definition.description = {"en-US": flat(this.task) || this.getTitle()};
    definition.type = "http://adlnet.gov/expapi/activities/cmi.interaction";
    definition.interactionType = "matching";
    definition.source = this.purchases.map(function (purchase, index) {
      return {id: String(index), description: {"en-US": purchase.text}};
    });
    definition.target = this.rungs.map(function (rung) {
      return {id: rung.code, description: {"en-US": (rung.code + " " + rung.label).trim()}};
    });
    definition.correctResponsesPattern = [this.purchases.map(function (purchase, index) {
      return index + "[.]" + purchase.rung;
    }).join("[,]")];

    var score = this.getScore();
    event.setScoredResult(score, this.getMaxScore(), this, true, score === this.getMaxScore());
    event.data.statement.result.response = this.placed.map(function (code, index) {
      return code ? index + "[.]" + code : "";
    }).filter(Boolean).join("[,]");
    return event;
  };

  // -- what the buttons do ------------------------------------------------------------------------------------------

  CircularLadder.prototype.check = function () {
    if (!this.getAnswerGiven()) {
      this.say(this.words.placeOne, true);
      return;
    }
    this.tellPlacing();
    this.checked = true;
    this.render();
    this.view.result.focus();
    this.trigger(this.answeredEvent());
  };

  CircularLadder.prototype.solve = function () {
    this.solved = true;
    this.render();
    this.view.result.focus();
  };

  CircularLadder.prototype.retry = function () {
    this.resetTask();
    this.say(this.words.again);
    this.view.items[0].select.focus();
  };

  /** Says something to a screen reader, and to the eye where it asks for something. */
  CircularLadder.prototype.say = function (words, visible) {
    this.view.said.classList.toggle("is-hidden", !visible);
    this.view.said.textContent = words;
    this.trigger("resize");
  };

  CircularLadder.fill = fill;
  return CircularLadder;
}());
