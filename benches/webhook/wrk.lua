-- What wrk sends, and what it says at the end. Run by benches/webhook/src/load.rs: wrk --script wrk.lua URL -- FILE
-- The file is the body of every request: a review as the API server sends it.

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = file:read("*a")
  file:close()
end

-- One line of JSON, the last one; latencies in microseconds. A status of 400 and above is an error too.
function done(summary, latency)
  local errors = summary.errors
  local all = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"requests":%d,"errors":%d,"microseconds":%d,"p50":%d,"p99":%d}',
    summary.requests, all, summary.duration, latency:percentile(50), latency:percentile(99)))
end
