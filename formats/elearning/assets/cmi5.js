// Speaks to a platform by cmi5: the launch address names the store of records, who learns and where the token is fetched.
"use strict";
var platform = (function () {
  var launch = new URLSearchParams(window.location.search);
  var base = "https://w3id.org/xapi/cmi5/context/categories/";
  var token = null;
  var data = null;
  function call(method, path, query, body) {
    var address = launch.get("endpoint").replace(/\/?$/, "/") + path + (query ? "?" + new URLSearchParams(query) : "");
    return fetch(address, {
      method: method,
      headers: {
        "Authorization": "Basic " + token,
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3"
      },
      body: body ? JSON.stringify(body) : undefined
    });
  }
  function send(verb, result, categories) {
    var context = JSON.parse(JSON.stringify((data && data.contextTemplate) || {}));
    context.registration = launch.get("registration");
    context.contextActivities = context.contextActivities || {};
    context.contextActivities.category = (context.contextActivities.category || []).concat(
      categories.map(function (name) { return { id: base + name }; }));
    if (result && result.score && data && typeof data.masteryScore === "number") {
      context.extensions = context.extensions || {};
      context.extensions["https://w3id.org/xapi/cmi5/context/extensions/masteryscore"] = data.masteryScore;
    }
    var id = crypto.randomUUID();
    var statement = {
      id: id,
      actor: JSON.parse(launch.get("actor")),
      verb: { id: "http://adlnet.gov/expapi/verbs/" + verb },
      object: { id: launch.get("activityId") },
      context: context,
      timestamp: new Date().toISOString()
    };
    if (result) { statement.result = result; }
    return call("PUT", "statements", { statementId: id }, statement);
  }
  return {
    begin: function (ready) {
      if (!launch.get("fetch") || !launch.get("endpoint")) { ready(false); return; }
      fetch(launch.get("fetch"), { method: "POST" })
        .then(function (answer) { return answer.json(); })
        .then(function (answer) {
          token = answer["auth-token"];
          return call("GET", "activities/state", {
            stateId: "LMS.LaunchData",
            activityId: launch.get("activityId"),
            agent: launch.get("actor"),
            registration: launch.get("registration")
          });
        })
        .then(function (answer) { return answer.json(); })
        .then(function (answer) {
          data = answer;
          return call("GET", "agents/profile", { profileId: "cmi5LearnerPreferences", agent: launch.get("actor") });
        })
        .then(function () { return send("initialized", null, ["cmi5"]); })
        .then(function () { ready(true); })
        .catch(function () { token = null; ready(false); });
    },
    end: function (share, passed, seconds) {
      if (!token) { return; }
      var time = "PT" + seconds + "S";
      // A lesson that is looked at again, or only browsed, tells no result.
      var counts = !data || !data.launchMode || data.launchMode === "Normal";
      // The platform may ask for more than the course does, or for less.
      var enough = data && typeof data.masteryScore === "number" ? share >= data.masteryScore : passed;
      (counts ? send("completed", { completion: true, duration: time }, ["cmi5", "moveon"]) : Promise.resolve())
        .then(function () {
          return share === null || !counts ? null
            : send(enough ? "passed" : "failed", { score: { scaled: share }, success: enough, duration: time }, ["cmi5", "moveon"]);
        })
        .then(function () { return send("terminated", { duration: time }, ["cmi5"]); })
        .then(function () { token = null; });
    }
  };
})();
