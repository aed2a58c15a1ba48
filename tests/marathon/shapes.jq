# What Marathon's answers are made of, and which fields of an answer are missing or of another kind.

def is($kind):
  if $kind == "timestamp" then
    type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$")
  elif $kind == "path" then type == "string" and test("^/[a-z0-9./-]*$")
  elif $kind == "count" then type == "number" and . == floor and . >= 0
  elif $kind == "text" then type == "string" and . != ""
  else type == $kind end;

# A sentence for each field that is not as the shape says; a shape within a shape holds for each element of a list.
def mismatches($shape; $at):
  . as $object
  | $shape
  | to_entries[]
  | .key as $field
  | .value as $kind
  | $object[$field]
  | if ($kind | type) == "object" then
      (if type == "array" then to_entries[] | .key as $index | .value | mismatches($kind; "\($at)\($field)[\($index)].")
       else mismatches($kind; "\($at)\($field).") end)
    elif is($kind) then empty
    else "\($at)\($field) is \(tojson), not a \($kind)" end;

# A definition with its defaults, as every answer has it.
def definition: {
  id: "path", backoffFactor: "number", backoffSeconds: "count", cpus: "number", disk: "number", executor: "string",
  gpus: "count", instances: "count", killSelection: "text", labels: "object", maxLaunchDelaySeconds: "count",
  mem: "number", networks: {mode: "text"}, requirePorts: "boolean", role: "text",
  unreachableStrategy: {inactiveAfterSeconds: "count", expungeAfterSeconds: "count"},
  upgradeStrategy: {minimumHealthCapacity: "number", maximumOverCapacity: "number"},
  version: "timestamp"
};
def counts: {tasksStaged: "count", tasksRunning: "count", tasksHealthy: "count", tasksUnhealthy: "count"};
def versioned: {versionInfo: {lastScalingAt: "timestamp", lastConfigChangeAt: "timestamp"}};
def task: {
  id: "text", appId: "path", host: "text", slaveId: "text", state: "text", role: "text", ports: "array",
  servicePorts: "array", ipAddresses: {ipAddress: "text", protocol: "text"}, stagedAt: "timestamp",
  startedAt: "timestamp", version: "timestamp", healthCheckResults: "array", localVolumes: "array"
};
def created: definition + counts + {deployments: {id: "text"}, tasks: "array"};
def listed: definition + counts + versioned + {deployments: {id: "text"}};
def app: listed + {tasks: task};
def docker: {
  type: "text",
  volumes: "array",
  docker: {image: "text", forcePullImage: "boolean", privileged: "boolean", parameters: "array"}
};
def mapping: {containerPort: "count", hostPort: "count", servicePort: "count", protocol: "text", labels: "object"};
def result: {version: "timestamp", deploymentId: "text"};
def deployment: {
  id: "text", version: "timestamp", affectedApps: "array", affectedPods: "array",
  steps: {actions: {action: "text", app: "path"}}, currentActions: {action: "text", app: "path"},
  currentStep: "count", totalSteps: "count"
};
