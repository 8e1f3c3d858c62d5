/*
 * H5P.CircularLadder by pointer: a purchase is dragged by its number from the list to a rung, from rung to rung, or off
 * the ladder. Pointer events, so that mouse, pen and finger do the same. Each drag ends in `place`, as the menu does.
 */
(function () {
  "use strict";

  var proto = H5P.CircularLadder.prototype;
  var DRAG_FROM = 6; // pixels: less is a click with an unsteady hand

  proto.watchPointer = function (root) {
    root.addEventListener("pointerdown", this.pointerDown.bind(this));
    root.addEventListener("pointermove", this.pointerMove.bind(this));
    root.addEventListener("pointerup", this.pointerUp.bind(this));
    root.addEventListener("pointercancel", this.endDrag.bind(this));
    root.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        this.endDrag();
      }
    }.bind(this));
  };

  /** Only where list and ladder stand side by side: in one column a finger scrolls. */
  proto.hasRoom = function () {
    return window.getComputedStyle(this.view.root).getPropertyValue("--cl-wide").trim() === "1";
  };

  proto.pointerDown = function (event) {
    var from = event.target.closest("[data-drag]");
    if (!from || this.checked || !event.isPrimary || event.button !== 0 || !this.hasRoom()) {
      return;
    }
    from.setPointerCapture(event.pointerId);
    this.drag = {index: Number(from.getAttribute("data-drag")), x: event.clientX, y: event.clientY, ghost: null, over: null};
  };

  proto.pointerMove = function (event) {
    var drag = this.drag;
    if (!drag) {
      return;
    }
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_FROM) {
        return;
      }
      drag.ghost = this.ghostOf(drag.index);
      this.view.items[drag.index].root.classList.add("is-dragged");
    }
    var left = Math.min(event.clientX, window.innerWidth - drag.ghost.offsetWidth - 16) + 8;
    drag.ghost.style.transform = "translate(" + left + "px, " + (event.clientY + 8) + "px)";
    var over = this.zoneAt(event);
    if (over !== drag.over) {
      this.markZone(drag.over, false);
      this.markZone(over, true);
      drag.over = over;
    }
  };

  proto.pointerUp = function (event) {
    var drag = this.drag;
    if (!drag) {
      return;
    }
    var over = drag.ghost ? this.zoneAt(event) : null;
    this.endDrag();
    if (!over) {
      return;
    }
    var code = over.getAttribute("data-rung") || "";
    var was = this.placed[drag.index];
    this.place(drag.index, code);
    if (was !== code) {
      var sentence = code ? this.words.moved : this.words.removed;
      this.say(H5P.CircularLadder.fill(sentence, {number: drag.index + 1, rung: this.nameOf(code)}));
    }
  };

  proto.endDrag = function () {
    var drag = this.drag;
    this.drag = null;
    if (!drag) {
      return;
    }
    this.markZone(drag.over, false);
    this.view.items[drag.index].root.classList.remove("is-dragged");
    if (drag.ghost) {
      drag.ghost.remove();
    }
  };

  /** The rung under the pointer; the list of purchases means "off the ladder"; anything else is no place. */
  proto.zoneAt = function (event) {
    var found = document.elementFromPoint(event.clientX, event.clientY);
    var zone = found && found.closest("[data-rung], .cl-purchases");
    return zone && this.view.root.contains(zone) ? zone : null;
  };

  proto.markZone = function (zone, on) {
    if (zone) {
      zone.classList.toggle("is-over", on);
    }
  };

  /** What moves with the pointer. */
  proto.ghostOf = function (index) {
    var ghost = document.createElement("div");
    ghost.className = "cl-ghost";
    ghost.setAttribute("aria-hidden", "true");
    ghost.textContent = (index + 1) + " " + this.purchases[index].text;
    this.view.root.appendChild(ghost);
    return ghost;
  };
}());
