use super::*;
use crate::manifest::Rule;
use crate::model::{Command, NetworkMode, Probe, ProbePort, Scalar};
use serde_json::{Value, json};

fn web() -> Value {
    json!({
        "id": "web",
        "environment": {"WHERE": "pod", "SHARED": "yes"},
        "networks": [{"mode": "container/bridge"}],
        "volumes": [{"name": "data"}, {"name": "logs", "host": "/var/log/web"}],
        "scaling": {"kind": "fixed", "instances": 2},
        "containers": [
            {
                "name": "server",
                "image": {"kind": "DOCKER", "id": "nginx"},
                "resources": {"cpus": 0.5, "mem": 64},
                "endpoints": [{"name": "http", "containerPort": 80, "hostPort": 0, "protocol": ["tcp"]}],
                "healthCheck": {"http": {"endpoint": "http", "path": "/ok"}},
                "volumeMounts": [{"name": "data", "mountPath": "/data"}]
            },
            {
                "name": "filler",
                "exec": {"command": {"argv": ["fill", "--fast"]}},
                "image": {"id": "busybox"},
                "environment": {"WHERE": "filler"},
                "endpoints": [{"name": "admin", "containerPort": 81, "hostPort": 0}],
                "healthCheck": {"exec": {"command": {"shell": "true"}}},
                "volumeMounts": [
                    {"name": "data", "mountPath": "/out", "readOnly": true},
                    {"name": "logs", "mountPath": "/logs"}
                ],
                "lifecycle": {"killGracePeriodSeconds": 4.5}
            }
        ]
    })
}

fn read(file: Value) -> Result<AppSpec, Vec<Finding>> {
    let file: PodFile = serde_json::from_value(file).expect("the shape of a pod file");
    normalise_pod(&file, &GroupId::root(), &Defaults::default())
}

/// Rules and places of all that is wrong once `change` was made to a good pod.
fn mistakes(change: impl FnOnce(&mut Value)) -> Vec<(Rule, String)> {
    let mut file = web();
    change(&mut file);
    let findings = read(file).expect_err("must be refused");
    findings.into_iter().map(|finding| (finding.rule, finding.place.pointer)).collect()
}

fn one(rule: Rule, pointer: &str) -> Vec<(Rule, String)> {
    vec![(rule, pointer.to_owned())]
}

#[test]
fn a_pod_is_an_app_with_companions() {
    let pod = read(web()).expect("a valid pod");
    assert_eq!((pod.id.as_str(), pod.instances, pod.kill_grace_secs), ("/web", 2, Some(5)));
    assert_eq!(pod.pod.as_ref().map(|pod| pod.container.as_str()), Some("server"));
    let run = &pod.run;
    assert_eq!((run.image.name.as_str(), &run.network), ("nginx", &NetworkMode::Bridge));
    assert_eq!(run.env["WHERE"], "pod");
    let [filler] = run.companions.as_slice() else { panic!("one companion") };
    assert_eq!((filler.env["WHERE"].as_str(), filler.env["SHARED"].as_str()), ("filler", "yes"));
    assert_eq!(filler.command, Command::Program(vec!["fill".into(), "--fast".into()]));
    assert_eq!((filler.mounts.len(), filler.volumes.len(), run.mounts.len()), (1, 1, 1));
    let names: Vec<_> = run.ports.iter().filter_map(|port| port.name.as_deref()).collect();
    assert_eq!(names, ["http", "admin"]);
}

#[test]
fn an_instance_holds_what_all_its_containers_take() {
    let held = read(web()).expect("a valid pod").run.held();
    assert_eq!((held.cpus, held.mem), (Scalar::from_f64(0.6), Scalar::whole(96)));
}

#[test]
fn checks_belong_to_containers() {
    let checks = read(web()).expect("a valid pod").checks.health;
    let of: Vec<_> = checks.iter().map(|check| check.container.as_deref().expect("a container")).collect();
    assert_eq!(of, ["server", "filler"]);
    assert!(matches!(&checks[0].probe, Probe::Http { path, port: ProbePort::Index(0), .. } if path == "/ok"));
    assert_eq!(checks[1].probe, Probe::shell("true"));
}

#[test]
fn a_pod_on_the_host_takes_the_ports_it_names() {
    let mut file = web();
    file["networks"] = json!([{"mode": "host"}]);
    file["containers"][0]["endpoints"] = json!([{"name": "http", "hostPort": 8080}]);
    file["containers"][1]["endpoints"] = json!([{"name": "admin"}]);
    let run = read(file).expect("a valid pod").run;
    let ports: Vec<_> = run.ports.iter().map(|port| (port.host_port, port.service_port)).collect();
    assert_eq!(ports, [(Some(8080), 0), (Some(0), 0)]);
}

#[test]
fn names_are_unique() {
    assert_eq!(
        mistakes(|pod| pod["containers"][1]["name"] = json!("server")),
        one(Rule::PodName, "/containers/1/name")
    );
    let twice = json!([{"name": "http", "containerPort": 81}]);
    let at = "/containers/1/endpoints/0/name";
    assert_eq!(mistakes(|pod| pod["containers"][1]["endpoints"] = twice), one(Rule::PortTwice, at));
    let twice = json!([{"name": "data"}, {"name": "data"}, {"name": "logs"}]);
    assert_eq!(mistakes(|pod| pod["volumes"] = twice), one(Rule::PodName, "/volumes/1/name"));
}

#[test]
fn ports_are_unique_and_fit_the_network() {
    let same = json!([{"name": "admin", "containerPort": 80}]);
    let at = "/containers/1/endpoints/0/containerPort";
    assert_eq!(mistakes(|pod| pod["containers"][1]["endpoints"] = same), one(Rule::PortTwice, at));
    let missing = json!([{"name": "admin"}]);
    let at = "/containers/1/endpoints/0";
    assert_eq!(mistakes(|pod| pod["containers"][1]["endpoints"] = missing), one(Rule::PortForm, at));
    let host = |pod: &mut Value| {
        pod["networks"] = json!([{"mode": "host"}]);
        pod["containers"][1]["endpoints"] = json!([{"name": "admin", "hostPort": 99}]);
    };
    assert_eq!(mistakes(host), one(Rule::PortForm, "/containers/0/endpoints/0/containerPort"));
    let twice = |pod: &mut Value| {
        pod["containers"][0]["endpoints"][0]["hostPort"] = json!(99);
        pod["containers"][1]["endpoints"][0]["hostPort"] = json!(99);
    };
    assert_eq!(mistakes(twice), one(Rule::PortTwice, "/containers/1/endpoints/0/hostPort"));
}

#[test]
fn volumes_are_mounted_and_mounts_are_volumes() {
    let more = json!([{"name": "data"}, {"name": "logs"}, {"name": "idle"}]);
    assert_eq!(mistakes(|pod| pod["volumes"] = more), one(Rule::Volume, "/volumes/2"));
    let unknown = json!([{"name": "dato", "mountPath": "/data"}]);
    let at = "/containers/0/volumeMounts/0/name";
    assert_eq!(mistakes(|pod| pod["containers"][0]["volumeMounts"] = unknown), one(Rule::Volume, at));
    assert_eq!(mistakes(|pod| pod["volumes"][1]["host"] = json!("logs")), one(Rule::Volume, "/volumes/1/host"));
}

#[test]
fn health_checks_ask_one_endpoint_and_end_before_the_next() {
    let at = "/containers/0/healthCheck";
    let late = json!({"tcp": {"endpoint": "http"}, "timeoutSeconds": 60});
    let found = mistakes(|pod| pod["containers"][0]["healthCheck"] = late);
    assert_eq!(found, one(Rule::HealthCheck, &format!("{at}/timeoutSeconds")));
    let unknown = json!({"tcp": {"endpoint": "htpp"}});
    let found = mistakes(|pod| pod["containers"][0]["healthCheck"] = unknown);
    assert_eq!(found, one(Rule::HealthCheck, &format!("{at}/tcp/endpoint")));
    assert_eq!(mistakes(|pod| pod["containers"][0]["healthCheck"] = json!({})), one(Rule::HealthCheck, at));
}

#[test]
fn what_an_app_could_not_say_either_is_found_where_the_pod_says_it() {
    let constraints =
        json!({"placement": {"constraints": [{"fieldName": "hostname", "operator": "LIEK", "value": "a"}]}});
    let at = "/scheduling/placement/constraints/0/operator";
    assert_eq!(mistakes(|pod| pod["scheduling"] = constraints), one(Rule::Constraint, at));
    let lost = json!({"unreachableStrategy": {"inactiveAfterSeconds": 9, "expungeAfterSeconds": 1}});
    let at = "/scheduling/unreachableStrategy/inactiveAfterSeconds";
    assert_eq!(mistakes(|pod| pod["scheduling"] = lost), one(Rule::Unreachable, at));
    let bad = mistakes(|pod| pod["containers"][1]["image"]["id"] = json!("busy box"));
    assert_eq!(bad, one(Rule::Image, "/containers/1/image/id"));
}

#[test]
fn what_is_not_built_is_refused() {
    let secrets = json!({"password": {"source": "vault"}});
    assert_eq!(mistakes(|pod| pod["secrets"] = secrets), one(Rule::NoSecrets, "/secrets"));
    let artifacts = json!([{"uri": "http://example.com/a"}]);
    let found = mistakes(|pod| pod["containers"][0]["artifacts"] = artifacts);
    assert_eq!(found, one(Rule::NoFetch, "/containers/0/artifacts"));
    let found = mistakes(|pod| pod["containers"][0]["image"]["pullConfig"] = json!({"secret": "a"}));
    assert_eq!(found, one(Rule::NoSecrets, "/containers/0/image/pullConfig"));
}
