/* H5P.TestQuestions: questions one after the other, as H5P.QuestionSet tells of them: the children answer with the set
   as their parent, the set says how far one is and, at the end, what came out. */
var H5P = window.H5P = window.H5P || {};

H5P.TestQuestions = function (params, id, extras) {
  "use strict";
  H5P.EventDispatcher.call(this);
  var self = this;
  var state = (extras && extras.previousState) || {};
  var at = state.at || 0;
  var finished = state.finished === true;
  var before = state.children || [];
  var places = [];
  var children = [];
  var next = document.createElement("button");
  var result = document.createElement("p");

  this.attach = function ($container) {
    var root = $container.get(0);
    this.setActivityStarted();
    params.questions.forEach(function (question, index) {
      var place = document.createElement("div");
      root.appendChild(place);
      places.push(place);
      children.push(H5P.newRunnable(question, id, H5P.jQuery(place), true, {parent: self, previousState: before[index]}));
    });
    next.type = "button";
    next.addEventListener("click", function () { self.next(); });
    result.setAttribute("role", "status");
    root.appendChild(next);
    root.appendChild(result);
    this.show();
  };
  this.show = function () {
    places.forEach(function (place, index) { place.hidden = finished || index !== at; });
    next.textContent = at === children.length - 1 ? "Finish" : "Next";
    next.hidden = finished;
    result.textContent = finished ? this.getScore() + " of " + this.getMaxScore() : "";
    this.trigger("resize");
  };
  this.next = function () {
    if (at === children.length - 1) {
      finished = true;
      this.triggerXAPICompleted(this.getScore(), this.getMaxScore(), this.getScore() >= this.getMaxScore() / 2);
    } else {
      at += 1;
      var event = this.createXAPIEventTemplate("progressed");
      event.data.statement.object.definition.extensions["http://id.tincanapi.com/extension/ending-point"] = at + 1;
      this.trigger(event);
    }
    this.show();
  };
  function sum(name) {
    return children.reduce(function (total, child) { return total + child[name](); }, 0);
  }
  this.getAnswerGiven = function () { return children.some(function (child) { return child.getAnswerGiven(); }); };
  this.getScore = function () { return sum("getScore"); };
  this.getMaxScore = function () { return sum("getMaxScore"); };
  this.getCurrentState = function () {
    return {
      at: at, finished: finished, children: children.map(function (child) { return child.getCurrentState(); })
    };
  };
};
