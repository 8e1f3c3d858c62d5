/* H5P.TestQuestion: one statement that is true or false. */
var H5P = window.H5P = window.H5P || {};

H5P.TestQuestion = function (params, id, extras) {
  "use strict";
  H5P.EventDispatcher.call(this);
  var self = this;
  var given = extras && extras.previousState ? extras.previousState.given : null;
  var said = document.createElement("p");

  this.attach = function ($container) {
    var root = $container.get(0);
    var text = document.createElement("h2");
    text.textContent = params.text;
    root.appendChild(text);
    [true, false].forEach(function (value) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = value ? "True" : "False";
      button.addEventListener("click", function () { self.answer(value); });
      root.appendChild(button);
    });
    said.setAttribute("role", "status");
    root.appendChild(said);
    this.show();
    this.setActivityStarted();
  };
  this.show = function () {
    said.textContent = given === null ? "" : given === params.right ? "Right" : "Wrong";
  };
  this.answer = function (value) {
    given = value;
    this.show();
    this.triggerXAPI("interacted");
    this.trigger(this.answered());
  };
  this.answered = function () {
    var event = this.createXAPIEventTemplate("answered");
    var definition = event.getVerifiedStatementValue(["object", "definition"]);
    definition.type = "http://adlnet.gov/expapi/activities/cmi.interaction";
    definition.interactionType = "true-false";
    definition.description = {"en-US": params.text};
    definition.correctResponsesPattern = [String(params.right)];
    event.setScoredResult(this.getScore(), 1, this, true, this.getScore() === 1);
    event.data.statement.result.response = String(given);
    return event;
  };
  this.getTitle = function () { return params.text; };
  this.getAnswerGiven = function () { return given !== null; };
  this.getScore = function () { return given === params.right ? 1 : 0; };
  this.getMaxScore = function () { return 1; };
  this.getCurrentState = function () { return {given: given}; };
  this.getXAPIData = function () { return {statement: this.answered().data.statement}; };
};
