// Speaks to a platform by the SCORM 2004 run-time interface (IEEE 1484.11.2): an object `API_1484_11`.
"use strict";
var platform = (function () {
  var api = null;
  function find(from) {
    for (var at = from, steps = 0; at && steps < 500; steps += 1) {
      try { if (at.API_1484_11) { return at.API_1484_11; } } catch (error) { return null; }
      if (at.parent === at) { return null; }
      at = at.parent;
    }
    return null;
  }
  return {
    begin: function (ready) {
      api = find(window) || (window.opener ? find(window.opener) : null);
      if (api) {
        api.Initialize("");
        if (api.GetValue("cmi.completion_status") !== "completed") {
          api.SetValue("cmi.completion_status", "incomplete");
          api.Commit("");
        }
      }
      ready(Boolean(api));
    },
    end: function (share, passed, seconds) {
      if (!api) { return; }
      if (share !== null) {
        api.SetValue("cmi.score.min", "0");
        api.SetValue("cmi.score.max", "100");
        api.SetValue("cmi.score.raw", String(Math.round(share * 100)));
        api.SetValue("cmi.score.scaled", share.toFixed(4));
        api.SetValue("cmi.success_status", passed ? "passed" : "failed");
      }
      api.SetValue("cmi.completion_status", "completed");
      api.SetValue("cmi.session_time", "PT" + seconds + "S");
      api.SetValue("cmi.exit", "normal");
      api.Commit("");
      api.Terminate("");
      api = null;
    }
  };
})();
