// Speaks to a platform by the SCORM 1.2 run-time interface: an object `API` in a window above or the one that opened this.
"use strict";
var platform = (function () {
  var api = null;
  function find(from) {
    for (var at = from, steps = 0; at && steps < 500; steps += 1) {
      try { if (at.API) { return at.API; } } catch (error) { return null; }
      if (at.parent === at) { return null; }
      at = at.parent;
    }
    return null;
  }
  function time(seconds) {
    var two = function (n) { return (n < 10 ? "0" : "") + n; };
    return ("000" + Math.floor(seconds / 3600)).slice(-4) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
  }
  return {
    begin: function (ready) {
      api = find(window) || (window.opener ? find(window.opener) : null);
      if (api) {
        api.LMSInitialize("");
        if (api.LMSGetValue("cmi.core.lesson_status") === "not attempted") {
          api.LMSSetValue("cmi.core.lesson_status", "incomplete");
          api.LMSCommit("");
        }
      }
      ready(Boolean(api));
    },
    end: function (share, passed, seconds) {
      if (!api) { return; }
      if (share !== null) {
        api.LMSSetValue("cmi.core.score.min", "0");
        api.LMSSetValue("cmi.core.score.max", "100");
        api.LMSSetValue("cmi.core.score.raw", String(Math.round(share * 100)));
      }
      api.LMSSetValue("cmi.core.lesson_status", share === null ? "completed" : passed ? "passed" : "failed");
      api.LMSSetValue("cmi.core.session_time", time(seconds));
      api.LMSCommit("");
      api.LMSFinish("");
      api = null;
    }
  };
})();
