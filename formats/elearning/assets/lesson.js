// Counts the right answers of a lesson and hands the result to the platform.
"use strict";
(function () {
  var form = document.getElementById("lesson");
  var result = document.getElementById("result");
  var mastery = Number(document.querySelector("main").dataset.mastery);
  var begun = Date.now();
  platform.begin(function (known) {
    if (!known) { result.textContent = form.dataset.alone; }
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var sets = Array.prototype.slice.call(form.querySelectorAll("fieldset"));
    var right = sets.filter(function (set) {
      var good = Array.prototype.every.call(set.querySelectorAll("input"), function (input) {
        return input.checked === (input.dataset.ok === "1");
      });
      var why = set.querySelector(".why");
      why.textContent = (good ? form.dataset.right : form.dataset.wrong) + " " + why.textContent;
      why.hidden = false;
      return good;
    }).length;
    form.querySelector("button").disabled = true;
    var seconds = Math.round((Date.now() - begun) / 1000);
    if (sets.length === 0) {
      result.textContent = form.dataset.passed;
      platform.end(null, true, seconds);
      return;
    }
    var share = right / sets.length;
    var passed = share >= mastery;
    result.textContent = form.dataset.result + " " + right + " / " + sets.length + " – " +
      (passed ? form.dataset.passed : form.dataset.failed);
    platform.end(share, passed, seconds);
  });
})();
